namespace CompileTime.Quantization;

/// <summary>
/// The range, limited by one magnitude on both sides, at which the distribution of the quantized values says most about that of the
/// values: the least Kullback-Leibler divergence, as TensorRT and ONNX Runtime calibrate.
/// </summary>
/// <param name="spec">A per-tensor scheme.</param>
/// <param name="capacity">The most bins.</param>
internal sealed class EntropyObserver(QuantizationSpec spec, int capacity = ValueHistogram.DefaultCapacity)
    : ValueHistogramObserver(spec, capacity)
{
    private const int Candidates = 512;

    // What an empty bin of the quantized distribution counts, where the other one is not empty.
    private const double Smoothing = 1e-4;

    /// <inheritdoc/>
    public override (float Min, float Max) Choose()
    {
        var (best, least) = ((Low, High), double.PositiveInfinity);
        for (var i = Candidates; i > 0; i--)
        {
            var magnitude = (float)((double)MathF.Max(-Low, High) * i / Candidates);
            var range = (Min: MathF.Max(Low, -magnitude), Max: MathF.Min(High, magnitude));

            // Where bins are wider than quantized values are apart, there is nothing to be seen of an error.
            if (i < Candidates && (double)range.Max - range.Min < (Spec.Max - Spec.Min) * Values.Width)
                break;
            var divergence = Divergence(range.Min, range.Max);
            if (divergence < least)
                (best, least) = (range, divergence);
        }

        return best;
    }

    /// <summary>
    /// Of the distribution over the bins within the range, those outside added to its ends, from what is known of it after quantizing: how
    /// many values became each quantized value, spread evenly over the bins that are not empty.
    /// </summary>
    public double Divergence(float min, float max)
    {
        var (scale, zeroPoint) = QParams.Calculate(min, max, Spec);
        var width = Values.Width;
        var (from, to) = (Math.Max(Values.First, BinOf(min)), Math.Min(Values.Last, BinOf(max)));
        var (below, above) = (Sum(Values.First, from - 1), Sum(to + 1, Values.Last));
        var (sum, inside, divergence) = ((double)Values.Count, (double)(Values.Count - below - above), 0.0);
        if (inside == 0)
            return double.PositiveInfinity;
        for (var start = from; start <= to;)
        {
            // The bins that become one quantized value.
            var (end, count, filled, level) = (start, 0L, 0, Level(start));
            for (; end <= to && Level(end) == level; end++)
            {
                count += Values[end].Count;
                filled += WithEnds(end) > 0 ? 1 : 0;
            }

            for (; start < end; start++)
            {
                if (WithEnds(start) is var own and > 0)
                    divergence += own / sum * Math.Log(own / sum / (Math.Max((double)count / filled, Smoothing) / inside));
            }
        }

        return divergence;

        long WithEnds(int bin) => Values[bin].Count + (bin == from ? below : 0) + (bin == to ? above : 0);

        double Level(int bin) => Math.Clamp(Math.Round((bin + 0.5) * width / scale) + zeroPoint, Spec.Min, Spec.Max);

        int BinOf(float value) => (int)Math.Floor(value / width);
    }

    private long Sum(int first, int last)
    {
        var sum = 0L;
        for (var i = first; i <= last; i++)
            sum += Values[i].Count;
        return sum;
    }
}
