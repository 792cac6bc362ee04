using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>
/// Pools over values with channels last. A position is written 16 channels at a time, in ascending order, so what spills over a
/// position's last channel is overwritten by the next position, and at the end of a row by its border.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class PoolKernels
{
    /// <summary>Largest value of each window; padding never wins.</summary>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="input">Geometry of the input.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="window">The sliding window.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max(byte* source, byte* target, in ImageGeometry input, in ImageGeometry output, in WindowGeometry window)
    {
        var channels = input.Channels;
        for (var y = 0; y < output.Height; y++)
        {
            var top = (y * window.StrideHeight) - window.Top;
            for (var x = 0; x < output.Width; x++)
            {
                var left = (x * window.StrideWidth) - window.Left;
                var to = target + (y * output.RowStride) + (x * channels);
                for (var c = 0; c < channels; c += 16)
                {
                    var largest = Vector128<byte>.Zero;
                    for (var i = 0; i < window.KernelHeight; i++)
                    {
                        var row = top + (i * window.DilationHeight);
                        if ((uint)row >= (uint)input.Height)
                            continue;
                        for (var j = 0; j < window.KernelWidth; j++)
                        {
                            var column = left + (j * window.DilationWidth);
                            if ((uint)column < (uint)input.Width)
                                largest = Vector128.Max(largest, *(Vector128<byte>*)(source + (row * input.RowStride) + (column * channels) + c));
                        }
                    }

                    *(Vector128<byte>*)(to + c) = largest;
                }
            }
        }
    }

    /// <summary>Mean of each window, rounded as avg_pool2d does.</summary>
    /// <param name="header">Zero point.</param>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="input">Geometry of the input.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="window">The sliding window.</param>
    /// <param name="countIncludePad">Whether padding counts in the divisor.</param>
    /// <param name="divisor">The divisor; 0 for the number of elements.</param>
    /// <param name="channelsLast">Which of PyTorch's two kernels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Average(NodeHeader* header, byte* source, byte* target, in ImageGeometry input, in ImageGeometry output,
        in WindowGeometry window, bool countIncludePad, int divisor, bool channelsLast)
    {
        var zeroPoint = header->ZeroPoint;
        var sums = stackalloc int[16];
        for (var y = 0; y < output.Height; y++)
        {
            var rows = PoolWindow.Of(y, window.StrideHeight, window.KernelHeight, window.Top, window.Bottom, input.Height);
            for (var x = 0; x < output.Width; x++)
            {
                var columns = PoolWindow.Of(x, window.StrideWidth, window.KernelWidth, window.Left, window.Right, input.Width);
                var count = rows.Length * columns.Length;
                var multiplier = PoolMath.AverageMultiplier(
                    divisor != 0 ? divisor : countIncludePad ? rows.PaddedLength * columns.PaddedLength : count);
                for (var c = 0; c < input.Channels; c += 16)
                {
                    Sum(source + c, input, rows, columns, sums);
                    var to = target + (y * output.RowStride) + (x * input.Channels) + c;
                    Means(sums, to, Math.Min(16, input.Channels - c), count * zeroPoint, multiplier,
                        channelsLast ? 0 : zeroPoint, channelsLast ? zeroPoint : 0);
                }
            }
        }
    }

    /// <summary>Mean of windows that divide the image, rounded as adaptive_avg_pool2d does.</summary>
    /// <param name="header">Zero point.</param>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="input">Geometry of the input.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="channelsLast">Which of PyTorch's two kernels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AdaptiveAverage(NodeHeader* header, byte* source, byte* target, in ImageGeometry input, in ImageGeometry output,
        bool channelsLast)
    {
        var zeroPoint = header->ZeroPoint;
        var sums = stackalloc int[16];
        for (var y = 0; y < output.Height; y++)
        {
            var rows = PoolWindow.Adaptive(y, output.Height, input.Height);
            for (var x = 0; x < output.Width; x++)
            {
                var columns = PoolWindow.Adaptive(x, output.Width, input.Width);
                var count = rows.Length * columns.Length;
                var multiplier = channelsLast
                    ? PoolMath.AdaptiveMultiplier(count)
                    : PoolMath.AdaptiveContiguousMultiplier(rows.Length, columns.Length);
                for (var c = 0; c < input.Channels; c += 16)
                {
                    Sum(source + c, input, rows, columns, sums);
                    var to = target + (y * output.RowStride) + (x * input.Channels) + c;
                    Means(sums, to, Math.Min(16, input.Channels - c), channelsLast ? count * zeroPoint : 0, multiplier,
                        0, channelsLast ? zeroPoint : 0);
                }
            }
        }
    }

    // PoolMath.Mean for up to 16 channels. int16 that saturate are exact: they are far beyond a byte.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Means(int* sums, byte* target, int channels, int less, float multiplier, int before, int after)
    {
        if (!Avx2.IsSupported || channels < 16)
        {
            for (var i = 0; i < channels; i++)
                target[i] = PoolMath.Mean(sums[i], less, multiplier, before, after);
            return;
        }

        var words = Avx2.PackSignedSaturate(Rounded(0), Rounded(8));
        words = Avx2.AddSaturate(Avx2.Permute4x64(words.AsInt64(), 0b11_01_10_00).AsInt16(), Vector256.Create((short)after));
        *(Vector128<byte>*)target = Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper());

        Vector256<int> Rounded(int first)
        {
            var mean = Avx.ConvertToVector256Single(*(Vector256<int>*)(sums + first) - Vector256.Create(less)) * Vector256.Create(multiplier);
            return Avx.ConvertToVector256Int32(mean + Vector256.Create((float)before));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(byte* source, in ImageGeometry input, PoolWindow rows, PoolWindow columns, int* sums)
    {
        if (Avx2.IsSupported)
        {
            var low = Vector256<int>.Zero;
            var high = Vector256<int>.Zero;
            // Sums of 256 bytes fit int16 without a sign.
            var (words, left) = (Vector256<ushort>.Zero, 256);
            for (var y = rows.Start; y < rows.End; y++)
            {
                for (var x = columns.Start; x < columns.End; x++)
                {
                    words += Avx2.ConvertToVector256Int16(source + (y * input.RowStride) + (x * input.Channels)).AsUInt16();
                    if (--left > 0)
                        continue;
                    low += Avx2.ConvertToVector256Int32(words.GetLower());
                    high += Avx2.ConvertToVector256Int32(words.GetUpper());
                    (words, left) = (Vector256<ushort>.Zero, 256);
                }
            }

            *(Vector256<int>*)sums = low + Avx2.ConvertToVector256Int32(words.GetLower());
            *(Vector256<int>*)(sums + 8) = high + Avx2.ConvertToVector256Int32(words.GetUpper());
            return;
        }

        new Span<int>(sums, 16).Clear();
        for (var y = rows.Start; y < rows.End; y++)
        {
            for (var x = columns.Start; x < columns.End; x++)
            {
                var from = source + (y * input.RowStride) + (x * input.Channels);
                for (var i = 0; i < 16; i++)
                    sums[i] += from[i];
            }
        }
    }
}
