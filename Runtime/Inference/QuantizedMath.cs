using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace CompileTime.Inference;

/// <summary>
/// The scalar arithmetic of quantized operators, exactly as FBGEMM computes it: every float32 operation rounds once, in the order
/// written here. The reference interpreter and the scalar parts of generated code share it. Not meant to be called by hand.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class QuantizedMath
{
    // The largest float32 to which a zero point of at most 127 can be added within int32; what lies above (and NaN) becomes this.
    private const float QuantizeLimit = 2147483520f;

    /// <summary>
    /// <paramref name="value"/> to the nearest integer, ties to even, as the instruction cvtps2dq: what does not fit an int32, and
    /// NaN, becomes <see cref="int.MinValue"/>. A C# cast saturates instead.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RoundToInt32(float value) =>
        value is >= -2147483648f and < 2147483648f ? (int)MathF.Round(value, MidpointRounding.ToEven) : int.MinValue;

    /// <summary>
    /// quantize_per_tensor to quint8: <c>clamp(rne(value * inverseScale) + zeroPoint, 0, 255)</c>; NaN and +inf give 255.
    /// </summary>
    /// <param name="value">A float value.</param>
    /// <param name="inverseScale"><c>1f / scale</c>, rounded to float32.</param>
    /// <param name="zeroPoint">The byte that means zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Quantize(float value, float inverseScale, int zeroPoint) =>
        (byte)Math.Clamp(RoundScaled(value, inverseScale) + zeroPoint, byte.MinValue, byte.MaxValue);

    /// <summary>quantize_per_tensor to qint8: as <see cref="Quantize"/>, clamped to -128..127.</summary>
    /// <param name="value">A float value.</param>
    /// <param name="inverseScale"><c>1f / scale</c>, rounded to float32.</param>
    /// <param name="zeroPoint">The number that means zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte QuantizeSigned(float value, float inverseScale, int zeroPoint) =>
        (sbyte)Math.Clamp(RoundScaled(value, inverseScale) + zeroPoint, sbyte.MinValue, sbyte.MaxValue);

    /// <summary>A stored byte as the value it stands for: <c>value * scale + offset</c>, each rounded to float32.</summary>
    /// <param name="value">The stored byte.</param>
    /// <param name="scale">InputScale of the model.</param>
    /// <param name="offset">InputOffset of the model.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FromByte(byte value, float scale, float offset)
    {
        var scaled = value * scale;
        return scaled + offset;
    }

    /// <summary><c>(value - zeroPoint) * scale</c>.</summary>
    /// <param name="value">A quantized value.</param>
    /// <param name="scale">What one step is worth.</param>
    /// <param name="zeroPoint">The value that means zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dequantize(int value, float scale, int zeroPoint) => (value - zeroPoint) * scale;

    /// <summary>
    /// The form that vectorized kernels of PyTorch use: <c>fma(scale, value, offset)</c>. It differs from
    /// <see cref="Dequantize"/> in the last bit.
    /// </summary>
    /// <param name="value">A quantized value.</param>
    /// <param name="scale">What one step is worth.</param>
    /// <param name="offset"><see cref="FusedOffset"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float DequantizeFused(int value, float scale, float offset) => MathF.FusedMultiplyAdd(scale, value, offset);

    /// <summary><c>-zeroPoint * scale</c>, for <see cref="DequantizeFused"/>.</summary>
    /// <param name="scale">What one step is worth.</param>
    /// <param name="zeroPoint">The value that means zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FusedOffset(float scale, int zeroPoint) => scale * -(float)zeroPoint;

    /// <summary>
    /// The output stage of Linear and Conv2d with one weight scale per channel: the bias is added with a rounding of its own.
    /// </summary>
    /// <param name="accumulator">Sum of <c>(x - zx) * w</c>.</param>
    /// <param name="biasOverScale"><c>bias / (sx * sw)</c>; 0 without a bias.</param>
    /// <param name="multiplier"><c>(sx * sw) / sy</c>.</param>
    /// <param name="zeroPoint">Zero point of the result.</param>
    /// <param name="relu">Whether the result is at least the zero point.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte RequantizePerChannel(int accumulator, float biasOverScale, float multiplier, int zeroPoint, bool relu)
    {
        var sum = (float)accumulator + biasOverScale;
        return Requantize(sum * multiplier, zeroPoint, relu);
    }

    /// <summary>The output stage of Linear and Conv2d with one weight scale for all: the bias is added by a fused multiply-add.</summary>
    /// <param name="accumulator">Sum of <c>(x - zx) * (w - zw)</c>.</param>
    /// <param name="bias">The float bias; 0 without one.</param>
    /// <param name="reciprocal"><c>(float)(1.0 / (sx * sw))</c>; 0 without a bias.</param>
    /// <param name="multiplier"><c>(sx * sw) / sy</c>.</param>
    /// <param name="zeroPoint">Zero point of the result.</param>
    /// <param name="relu">Whether the result is at least the zero point.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte RequantizePerTensor(int accumulator, float bias, float reciprocal, float multiplier, int zeroPoint, bool relu)
    {
        var sum = MathF.FusedMultiplyAdd(bias, reciprocal, accumulator);
        return Requantize(sum * multiplier, zeroPoint, relu);
    }

    /// <summary>One element of an addition: <c>quantize(a + b)</c>, or <c>quantize(max(a + b, 0))</c>.</summary>
    /// <param name="a">Dequantized value, by <see cref="DequantizeFused"/> or in the tail by <see cref="Dequantize"/>.</param>
    /// <param name="b">As <paramref name="a"/>.</param>
    /// <param name="inverseScale"><c>1f / scale</c> of the result.</param>
    /// <param name="zeroPoint">Zero point of the result.</param>
    /// <param name="relu">Whether negative sums become 0 before they are quantized.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Add(float a, float b, float inverseScale, int zeroPoint, bool relu)
    {
        var sum = a + b;
        if (relu && !(sum > 0))
            sum = 0; // maxps(sum, 0): NaN becomes 0, too.
        return Quantize(sum, inverseScale, zeroPoint);
    }

    /// <summary>The largest byte that relu6 lets pass: 6, quantized.</summary>
    /// <param name="inverseScale"><c>1f / scale</c>.</param>
    /// <param name="zeroPoint">The byte that means zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Six(float inverseScale, int zeroPoint) => Quantize(6f, inverseScale, zeroPoint);

    // Saturating to int16 first changes nothing for a zero point in 0..255, but keeps the sum within int32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Requantize(float scaled, int zeroPoint, bool relu)
    {
        var rounded = Math.Clamp(RoundToInt32(scaled), short.MinValue, short.MaxValue);
        return (byte)Math.Clamp(rounded + zeroPoint, relu ? zeroPoint : byte.MinValue, byte.MaxValue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long RoundScaled(float value, float inverseScale)
    {
        var scaled = value * inverseScale;
        return RoundToInt32(scaled < QuantizeLimit ? scaled : QuantizeLimit);
    }
}
