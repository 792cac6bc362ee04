namespace CompileTime.Quantization;

/// <summary>
/// The range with the least mean squared error between values and what quantizing to the observer's range makes of them. Both ends are
/// searched: on a coarse grid, then in ever smaller steps around the best.
/// </summary>
/// <param name="spec">
/// A per-tensor scheme. Where its range is reduced, values are taken to be clamped to the reduced range: it is what the backend means by
/// it. (Quantizing clamps to the type's range, so the real error is never larger.)
/// </param>
/// <param name="capacity">The most bins.</param>
internal sealed class MseObserver(QuantizationSpec spec, int capacity = ValueHistogram.DefaultCapacity)
    : ValueHistogramObserver(spec, capacity)
{
    private const int Coarse = 16;
    private const int Fine = 1024;

    /// <inheritdoc/>
    public override (float Min, float Max) Choose()
    {
        // In parts of Fine of the whole range. An end at zero has nowhere to go; a symmetric range has one end only.
        var (lows, highs) = (Spec.IsSymmetric || Low == 0 ? 0 : Fine, High == 0 && !Spec.IsSymmetric ? 0 : Fine);
        var best = (Low: lows, High: highs);
        var least = Error(best);
        for (var low = lows; low >= 0; low -= Fine / Coarse)
        {
            for (var high = highs; high >= 0; high -= Fine / Coarse)
                Try((low, high));
        }

        for (var step = Fine / Coarse / 2; step > 0; step /= 2)
        {
            var center = best;
            for (var low = -step; low <= step; low += step)
            {
                for (var high = -step; high <= step; high += step)
                    Try((center.Low + low, center.High + high));
            }

            // As long as this step leads on.
            if (best != center)
                step *= 2;
        }

        return Range(best);

        void Try((int Low, int High) ends)
        {
            if (ends.Low < 0 || ends.Low > lows || ends.High < 0 || ends.High > highs || ends is (0, 0))
                return;
            var error = Error(ends);
            if (error < least)
                (least, best) = (error, ends);
        }
    }

    /// <summary>The sum of squared errors when values are quantized with these parameters.</summary>
    public double Error(QParams qparams)
    {
        double scale = qparams.Scale;
        var (first, last, width, error) = (Values.First, Values.Last, Values.Width, 0.0);
        for (var i = first; i <= last; i++)
        {
            var bin = Values[i];
            if (bin.Count == 0)
                continue;

            // With the sums this is exact where all of a bin becomes one quantized value.
            var level = Level(bin.Sum / bin.Count);
            var value = level * scale;
            var own = Math.Max(bin.Squares - (2 * value * bin.Sum) + (bin.Count * value * value), 0);
            if (Level(i * width) != Level((i + 1) * width))
            {
                // Otherwise it is too much, since values near the edge between two go to the nearer one; evenly spread values have this.
                own = Math.Min(own, bin.Count * scale * scale / 12);
            }

            error += own;
        }

        return error;

        double Level(double value) => Math.Clamp(Math.Round(value / scale) + qparams.ZeroPoint, Spec.Min, Spec.Max) - qparams.ZeroPoint;
    }

    private double Error((int Low, int High) ends)
    {
        var (min, max) = Range(ends);
        return Error(QParams.Calculate(min, max, Spec));
    }

    private (float Min, float Max) Range((int Low, int High) ends)
    {
        if (!Spec.IsSymmetric)
            return ((float)((double)Low * ends.Low / Fine), (float)((double)High * ends.High / Fine));
        var magnitude = (float)((double)MathF.Max(-Low, High) * ends.High / Fine);
        return (-magnitude, magnitude);
    }
}
