namespace CompileTime.Quantization;

/// <summary>
/// fbgemm::ChooseQuantizationParams: how the fused fake quantization of PyTorch finds scale and zero point while it trains. Another formula
/// than <see cref="QParams.Calculate"/>, which its convert uses.
/// </summary>
internal static class ChooseQuantizationParams
{
    private const float SmallScale = 6.1e-5f;

    /// <param name="min">Smallest value observed.</param>
    /// <param name="max">Largest value observed.</param>
    /// <param name="spec">Quantized range; whether zero lies in its middle.</param>
    /// <param name="centerOneSided">
    /// FBGEMM gives values of one sign a zero point at the end of the range even where the scheme is symmetric. True keeps it in the
    /// middle.
    /// </param>
    public static QParams Run(float min, float max, QuantizationSpec spec, bool centerOneSided = false)
    {
        var (low, high) = (spec.Min, spec.Max);
        var centered = spec.IsSymmetric && (centerOneSided || (min < 0 && max > 0));
        if (centered)
        {
            var (lowest, highest) = (-(((high - low) / 2) + 1), (high - low) / 2);
            double step = MathF.Max(MathF.Abs(min / lowest), MathF.Abs(max / highest));
            (min, max) = ((float)(step * lowest), (float)(step * highest));
        }

        (min, max) = (MathF.Min(min, 0), MathF.Max(max, 0));
        var scale = (float)(((double)max - min) / (high - low));
        if (scale == 0 || float.IsInfinity(1f / scale))
            scale = 0.1f;
        if (scale < SmallScale)
        {
            var amplifier = SmallScale / scale;
            scale = SmallScale;
            if (min == 0)
                max = SmallScale * (high - low);
            else if (max == 0)
                min = -SmallScale * (high - low);
            else
                (min, max) = (min * amplifier, max * amplifier);
        }

        return new QParams(scale, centered ? Nearest((low + high) / 2.0, low, high) : ZeroPoint(min, max, scale, low, high));
    }

    // From that end of the range where rounding does less harm.
    private static int ZeroPoint(float min, float max, double scale, int low, int high)
    {
        var errorOfMin = Math.Abs(low) + Math.Abs(min / scale);
        var errorOfMax = Math.Abs(high) + Math.Abs(max / scale);
        return Nearest(errorOfMin < errorOfMax ? low - (min / scale) : high - (max / scale), low, high);
    }

    private static int Nearest(double zeroPoint, int low, int high) =>
        zeroPoint < low ? low : zeroPoint > high ? high : (int)Math.Round(zeroPoint, MidpointRounding.ToEven);
}
