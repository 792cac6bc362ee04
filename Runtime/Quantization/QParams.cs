using CompileTime.Inference;

namespace CompileTime.Quantization;

/// <summary>Scale and zero point: <c>real = (quantized - ZeroPoint) * Scale</c>.</summary>
internal readonly record struct QParams(float Scale, int ZeroPoint)
{
    /// <summary>What PyTorch gives, with a warning, for an observer that has never seen a value.</summary>
    public static readonly QParams Unobserved = new(1f, 0);

    /// <summary>_calculate_qparams of torch.ao.quantization: every operation in float32, rounded once.</summary>
    /// <exception cref="ArgumentException">One of the ends is NaN, or they are the wrong way round.</exception>
    public static QParams Calculate(float min, float max, QuantizationSpec spec)
    {
        if (!(min <= max))
            throw new ArgumentException($"The observed minimum {min} should be less than the maximum {max}.", nameof(min));
        var low = MathF.Min(min, 0f);
        var high = MathF.Max(max, 0f);
        if (spec.IsSymmetric)
        {
            // Divided by 127.5 for int8, not by 127: the largest value becomes 127.5 and is clamped.
            var half = (float)((spec.Max - spec.Min) / 2.0);
            var symmetric = MathF.Max(MathF.Max(-low, high) / half, spec.Epsilon);
            var middle = spec.Type == QuantizedType.QInt8 ? 0 : spec.IsCustomRange ? (spec.Min + spec.Max) >> 1 : 128;
            return new QParams(symmetric, middle);
        }

        var scale = MathF.Max((high - low) / (spec.Max - spec.Min), spec.Epsilon);
        var zeroPoint = unchecked(spec.Min - QuantizedMath.RoundToInt32(low / scale));
        return new QParams(scale, Math.Clamp(zeroPoint, spec.Min, spec.Max));
    }
}
