using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompileTime.Inference;

/// <summary>Which positions of a convolution over planes read bytes that are too large for its first table.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class PlanarRange
{
    /// <summary>Bit i: a position p with <c>p >> shift == i</c> may read such a byte. Rows of the result are told as a whole.</summary>
    /// <param name="header">Zero point of the value: what padding is.</param>
    /// <param name="values">The value's planes.</param>
    /// <param name="limit">The largest byte that is not too large.</param>
    /// <param name="input">Geometry of the value.</param>
    /// <param name="window">The kernel.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Positions of a row as they are computed.</param>
    /// <param name="shift">Positions of a bit, as a power of two; there are at most 64 bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Above(NodeHeader* header, byte* values, int limit, in ImageGeometry input, in WindowGeometry window, int height,
        int width, int shift)
    {
        var padding = window.Top | window.Left | window.Bottom | window.Right;
        if (padding != 0 && header->ZeroPoint > limit)
            return ulong.MaxValue;
        var count = input.Height * input.Width;
        // Nearly always there is none, and so this is all that is done.
        return limit >= byte.MaxValue || !ElementKernels.AnyAbove(values, input.Channels * count, limit)
            ? 0
            : Rows(values, (byte)limit, input, window, height, width, shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Rows(byte* values, byte limit, in ImageGeometry input, in WindowGeometry window, int height, int width, int shift)
    {
        var found = 0UL;
        var count = input.Height * input.Width;
        for (var i = 0; i < count; i += 32)
        {
            // The largest bytes of 32 positions; what lies behind the last one does not matter.
            var largest = Vector256<byte>.Zero;
            for (var channel = 0; channel < input.Channels; channel++)
                largest = Vector256.Max(largest, *(Vector256<byte>*)(values + (channel * count) + i));
            var bits = Vector256.GreaterThan(largest, Vector256.Create(limit)).ExtractMostSignificantBits();
            if (count - i < 32)
                bits &= (1u << (count - i)) - 1;
            while (bits != 0)
            {
                var y = (i + BitOperations.TrailingZeroCount(bits)) / input.Width;
                found |= Readers(y + window.Top, window, height, width, shift);
                var next = ((y + 1) * input.Width) - i;
                bits = next < 32 ? bits >> next << next : 0;
            }
        }

        return found;
    }

    // The positions of those rows of the result that read a row of the padded input.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Readers(int y, in WindowGeometry window, int height, int width, int shift)
    {
        var before = y - ((window.KernelHeight - 1) * window.DilationHeight);
        var first = before <= 0 ? 0 : (before + window.StrideHeight - 1) / window.StrideHeight;
        var last = Math.Min(y / window.StrideHeight, height - 1);
        if (first > last)
            return 0;
        var (begin, end) = (first * width >> shift, (((last + 1) * width) - 1) >> shift);
        return (ulong.MaxValue << begin) & (ulong.MaxValue >> (63 - Math.Min(end, 63)));
    }
}
