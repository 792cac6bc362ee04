using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompileTime.Inference;

/// <summary>Which steps of a dense layer read bytes that are too large for its fast kernel: of all steps hardly any.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class LargeSteps
{
    /// <summary>Tells it of each four inputs, for a row of positions.</summary>
    /// <param name="row">Inputs of the first position; up to 15 bytes behind those of the last one are read.</param>
    /// <param name="positions">Positions.</param>
    /// <param name="inputs">Inputs of a position, and bytes from one to the next.</param>
    /// <param name="limit">The largest byte that is not too large.</param>
    /// <param name="isLarge">Not 0 where a position has larger ones; a byte for each four inputs, rounded up to four of them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Find(byte* row, int positions, int inputs, int limit, byte* isLarge)
    {
        for (var i = 0; i < inputs; i += 16)
        {
            var largest = *(Vector128<byte>*)(row + i);
            for (var position = 1; position < positions; position++)
                largest = Vector128.Max(largest, *(Vector128<byte>*)(row + ((long)position * inputs) + i));
            var large = Vector128.GreaterThan(largest, Vector128.Create((byte)limit)).AsInt32();
            for (var step = 0; step < 4; step++)
                isLarge[(i / 4) + step] = (byte)(large.GetElement(step) == 0 ? 0 : 1);
        }
    }
}
