using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace CompileTime.Inference;

/// <summary>
/// The scalar arithmetic of quantized average pools as PyTorch computes it. It has different kernels for the two memory formats,
/// and they round differently. Scale and zero point of the result are the input's. Not meant to be called by hand.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PoolMath
{
    /// <summary>The multiplier of an average pool: <c>1f / divisor</c>.</summary>
    /// <param name="divisor">Number of elements averaged, or the override.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AverageMultiplier(int divisor) => 1f / divisor;

    /// <summary>avg_pool2d of a contiguous tensor: the zero point is added before rounding.</summary>
    /// <param name="sum">Sum of the window's bytes.</param>
    /// <param name="count">Elements of the window that lie in the input.</param>
    /// <param name="multiplier"><see cref="AverageMultiplier"/>.</param>
    /// <param name="zeroPoint">Zero point of input and result.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte AverageContiguous(int sum, int count, float multiplier, int zeroPoint) =>
        Mean(sum, count * zeroPoint, multiplier, before: zeroPoint, after: 0);

    /// <summary>avg_pool2d of a channels_last tensor, and adaptive_avg_pool2d of one: the zero point is added after rounding.</summary>
    /// <param name="sum">Sum of the window's bytes.</param>
    /// <param name="count">Elements of the window that lie in the input.</param>
    /// <param name="multiplier"><see cref="AverageMultiplier"/>, or <see cref="AdaptiveMultiplier"/>.</param>
    /// <param name="zeroPoint">Zero point of input and result.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte AverageChannelsLast(int sum, int count, float multiplier, int zeroPoint) =>
        Mean(sum, count * zeroPoint, multiplier, before: 0, after: zeroPoint);

    /// <summary>The multiplier of adaptive_avg_pool2d of a channels_last tensor: three float32 reciprocals in a row.</summary>
    /// <param name="count">Elements of the window.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AdaptiveMultiplier(int count)
    {
        var mean = 1f / count;
        var scale = 1f / mean;
        return 1f / scale;
    }

    /// <summary>The multiplier of adaptive_avg_pool2d of a contiguous tensor: <c>1f / height / width</c>.</summary>
    /// <param name="height">Rows of the window.</param>
    /// <param name="width">Columns of the window.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AdaptiveContiguousMultiplier(int height, int width)
    {
        var rows = 1f / height;
        return rows / width;
    }

    /// <summary>adaptive_avg_pool2d of a contiguous tensor: the mean of the raw bytes.</summary>
    /// <param name="sum">Sum of the window's bytes.</param>
    /// <param name="multiplier"><see cref="AdaptiveContiguousMultiplier"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte AdaptiveContiguous(int sum, float multiplier) => Mean(sum, 0, multiplier, 0, 0);

    // All three: they differ in what is taken off the sum, and in what is added before and after rounding.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte Mean(int sum, int less, float multiplier, int before, int after)
    {
        var mean = (sum - less) * multiplier;
        return (byte)Math.Clamp((long)QuantizedMath.RoundToInt32(mean + before) + after, byte.MinValue, byte.MaxValue);
    }
}
