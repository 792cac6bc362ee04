using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompileTime.Inference;

/// <summary>Functions of one byte as tables: sigmoid, tanh and the like on quint8.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class TableKernels
{
    /// <summary>Replaces every byte by its entry.</summary>
    /// <param name="table">256 bytes.</param>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="sourceStride">Bytes from one row of the input to the next.</param>
    /// <param name="output">Geometry of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(byte* table, byte* source, byte* target, int sourceStride, in ImageGeometry output)
    {
        var row = output.Width * output.Channels;
        for (var y = 0; y < output.Height; y++)
            Row(table, source + (y * sourceStride), target + (y * output.RowStride), row);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(byte* table, byte* from, byte* to, int count)
    {
        if (Avx512Vbmi.IsSupported && count >= 64)
        {
            var a = *(Vector512<byte>*)table;
            var b = *(Vector512<byte>*)(table + 64);
            var c = *(Vector512<byte>*)(table + 128);
            var d = *(Vector512<byte>*)(table + 192);
            // The last vector overlaps the one before: what is looked up twice gives the same.
            for (var next = 0; next < count; next += 64)
            {
                var i = Math.Min(next, count - 64);
                var index = *(Vector512<byte>*)(from + i);
                // A permute takes seven bits of the index; the eighth decides between the halves of the table.
                var low = Avx512Vbmi.PermuteVar64x8x2(a, index, b);
                var high = Avx512Vbmi.PermuteVar64x8x2(c, index, d);
                var isHigh = Vector512.LessThan(index.AsSByte(), Vector512<sbyte>.Zero).AsByte();
                *(Vector512<byte>*)(to + i) = Vector512.ConditionalSelect(isHigh, high, low);
            }

            return;
        }

        for (var i = 0; i < count; i++)
            to[i] = table[from[i]];
    }
}
