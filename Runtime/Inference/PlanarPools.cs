using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>Pools, additions and concatenations over planes: a channel after the other.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class PlanarPools
{
    /// <summary>Largest value of each window; padding never wins.</summary>
    /// <param name="source">The input's planes.</param>
    /// <param name="target">The result's planes.</param>
    /// <param name="input">Geometry of the input.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="window">The sliding window.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max(byte* source, byte* target, in ImageGeometry input, in ImageGeometry output, in WindowGeometry window)
    {
        var isPlain = window is { KernelHeight: 2, KernelWidth: 2, StrideHeight: 2, StrideWidth: 2, Top: 0, Left: 0, DilationHeight: 1, DilationWidth: 1 }
            && 2 * output.Height <= input.Height && 2 * output.Width <= input.Width;
        for (var channel = 0; channel < output.Channels; channel++, source += input.Height * input.Width)
        {
            for (var y = 0; y < output.Height; y++, target += output.Width)
            {
                if (isPlain)
                {
                    MaxOfFour(source + (2 * y * input.Width), input.Width, target, output.Width);
                    continue;
                }

                for (var x = 0; x < output.Width; x++)
                    target[x] = MaxOf(source, input, (y * window.StrideHeight) - window.Top, (x * window.StrideWidth) - window.Left, window);
            }
        }
    }

    /// <summary>Mean of each window, over planes.</summary>
    /// <param name="header">Zero point of input and result.</param>
    /// <param name="source">The input's planes.</param>
    /// <param name="target">The result's planes.</param>
    /// <param name="input">Geometry of the input.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="window">The sliding window.</param>
    /// <param name="countIncludePad">Whether padding counts in the divisor.</param>
    /// <param name="divisorOverride">The divisor; 0 for the window's size.</param>
    /// <param name="channelsLast">Which of PyTorch's two kernels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Average(NodeHeader* header, byte* source, byte* target, in ImageGeometry input, in ImageGeometry output,
        in WindowGeometry window, bool countIncludePad, int divisorOverride, bool channelsLast)
    {
        var (from, to) = (input.Height * input.Width, output.Height * output.Width);
        for (var y = 0; y < output.Height; y++)
        {
            var rows = PoolWindow.Of(y, window.StrideHeight, window.KernelHeight, window.Top, window.Bottom, input.Height);
            for (var x = 0; x < output.Width; x++, target++)
            {
                var columns = PoolWindow.Of(x, window.StrideWidth, window.KernelWidth, window.Left, window.Right, input.Width);
                var count = rows.Length * columns.Length;
                var multiplier = PoolMath.AverageMultiplier(divisorOverride != 0 ? divisorOverride
                    : countIncludePad ? rows.PaddedLength * columns.PaddedLength : count);
                for (var channel = 0; channel < output.Channels; channel++)
                {
                    var sum = Sum(source + (channel * from), input.Width, rows, columns);
                    target[channel * to] = channelsLast
                        ? PoolMath.AverageChannelsLast(sum, count, multiplier, header->ZeroPoint)
                        : PoolMath.AverageContiguous(sum, count, multiplier, header->ZeroPoint);
                }
            }
        }
    }

    /// <summary>Mean over windows that together cover the planes.</summary>
    /// <param name="header">Zero point of input and result.</param>
    /// <param name="source">The input's planes.</param>
    /// <param name="target">The result's planes.</param>
    /// <param name="input">Geometry of the input.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="channelsLast">Which of PyTorch's two kernels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AdaptiveAverage(NodeHeader* header, byte* source, byte* target, in ImageGeometry input, in ImageGeometry output,
        bool channelsLast)
    {
        var (from, to) = (input.Height * input.Width, output.Height * output.Width);
        for (var y = 0; y < output.Height; y++)
        {
            var rows = PoolWindow.Adaptive(y, output.Height, input.Height);
            for (var x = 0; x < output.Width; x++, target++)
            {
                var columns = PoolWindow.Adaptive(x, output.Width, input.Width);
                var count = rows.Length * columns.Length;
                var multiplier = channelsLast
                    ? PoolMath.AdaptiveMultiplier(count)
                    : PoolMath.AdaptiveContiguousMultiplier(rows.Length, columns.Length);
                for (var channel = 0; channel < output.Channels; channel++)
                {
                    var sum = Sum(source + (channel * from), input.Width, rows, columns);
                    target[channel * to] = channelsLast
                        ? PoolMath.AverageChannelsLast(sum, count, multiplier, header->ZeroPoint)
                        : PoolMath.AdaptiveContiguous(sum, multiplier);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static byte MaxOf(byte* plane, in ImageGeometry input, int top, int left, in WindowGeometry window)
    {
        byte largest = 0;
        for (var ky = 0; ky < window.KernelHeight; ky++)
        {
            var y = top + (ky * window.DilationHeight);
            if (y < 0 || y >= input.Height)
                continue;
            for (var kx = 0; kx < window.KernelWidth; kx++)
            {
                var x = left + (kx * window.DilationWidth);
                if (x >= 0 && x < input.Width)
                    largest = Math.Max(largest, plane[(y * input.Width) + x]);
            }
        }

        return largest;
    }

    // Whole vectors: what spills over the end of a row is overwritten by the next one, and the value has room behind it. Inlined, since a row
    // is too short for a call of its own, which the native compiler would make.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MaxOfFour(byte* source, int width, byte* target, int count)
    {
        for (var x = 0; x < count; x += 16)
        {
            var larger = Vector256.Max(*(Vector256<byte>*)(source + (2 * x)), *(Vector256<byte>*)(source + width + (2 * x))).AsUInt16();
            var pairs = Vector256.Max((larger & Vector256.Create((ushort)0x00FF)), larger >>> 8);
            *(Vector128<byte>*)(target + x) = Vector128.Narrow(pairs.GetLower(), pairs.GetUpper());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Sum(byte* plane, int width, PoolWindow rows, PoolWindow columns)
    {
        if (columns.Length == width)
            return Sum(plane + (rows.Start * width), rows.Length * width);
        var sum = 0;
        for (var y = rows.Start; y < rows.End; y++)
        {
            for (var x = columns.Start; x < columns.End; x++)
                sum += plane[(y * width) + x];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Sum(byte* values, int count)
    {
        var sum = 0;
        var i = 0;
        if (Sse2.IsSupported)
        {
            // Sums of eight bytes, whose differences from zero are the bytes.
            var sums = Vector128<ulong>.Zero;
            for (; i <= count - 16; i += 16)
                sums += Sse2.SumAbsoluteDifferences(*(Vector128<byte>*)(values + i), Vector128<byte>.Zero).AsUInt64();
            sum = (int)(sums.ToScalar() + sums.GetElement(1));
        }

        for (; i < count; i++)
            sum += values[i];
        return sum;
    }
}
