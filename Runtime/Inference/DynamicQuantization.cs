namespace CompileTime.Inference;

/// <summary>
/// Scale and zero point of a value as at::quantized ChooseQuantizationParams finds them for dynamic quantization: in double, the scale
/// rounded to float32 at the end, the zero point taken from the end that leaves the smaller error.
/// </summary>
internal static class DynamicQuantization
{
    private const float SmallestScale = 6.1e-5f;

    /// <param name="min">The smallest value.</param>
    /// <param name="max">The largest value.</param>
    /// <param name="reduceRange">Whether to aim at 0..127 instead of 0..255; quantizing clamps to 0..255 all the same.</param>
    public static (float Scale, int ZeroPoint) Choose(float min, float max, bool reduceRange)
    {
        var most = reduceRange ? 127 : 255;
        min = min < 0 ? min : 0;
        max = max > 0 ? max : 0;
        var scale = ((double)max - min) / most;
        if ((float)scale == 0 || float.IsInfinity(1f / (float)scale))
            scale = 0.1;
        if (scale < SmallestScale)
        {
            // The range grows with the scale, so that the zero point stays where it was.
            var amplifier = SmallestScale / (float)scale;
            scale = SmallestScale;
            (min, max) = min == 0 ? (min, SmallestScale * most)
                : max == 0 ? (-SmallestScale * most, max)
                : (min * amplifier, max * amplifier);
        }

        var fromMin = 0 - (min / scale);
        var fromMax = most - (max / scale);
        var chosen = 0 - Math.Abs(min / scale) < most - Math.Abs(max / scale) ? fromMin : fromMax;

        // Infinite ends leave no number; any zero point is as good as another then.
        var zeroPoint = !(chosen > 0) ? 0 : chosen > most ? most : (int)Math.Round(chosen, MidpointRounding.ToEven);
        return ((float)scale, zeroPoint);
    }
}
