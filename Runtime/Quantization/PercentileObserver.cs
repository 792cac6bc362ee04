namespace CompileTime.Quantization;

/// <summary>
/// The range that holds a percentage of the values: of what is left, the smallest half and the largest half lie outside and are clamped.
/// </summary>
/// <param name="spec">A per-tensor scheme.</param>
/// <param name="percentile">More than 50 and at most 100; 100 is the range of all values.</param>
/// <param name="capacity">The most bins.</param>
internal sealed class PercentileObserver(QuantizationSpec spec, double percentile, int capacity = ValueHistogram.DefaultCapacity)
    : ValueHistogramObserver(spec, capacity)
{
    private readonly double _percentile = percentile is > 50 and <= 100
        ? percentile
        : throw new ArgumentOutOfRangeException(nameof(percentile), percentile, "A percentile is more than 50 and at most 100.");

    /// <inheritdoc/>
    public override (float Min, float Max) Choose()
    {
        var cut = (100 - _percentile) / 200;
        var (min, max) = (Quantile(cut), Quantile(1 - cut));
        var (width, all) = ((double)MathF.Max(max, 0) - MathF.Min(min, 0), (double)High - Low);
        if (width <= Values.Width && all > 2 * Values.Width)
        {
            throw new InvalidOperationException(
                $"The range of {_percentile} percent of {Values.Count} values has collapsed to {min}..{max}, while values lie in " +
                $"{Values.Min}..{Values.Max}: choose a higher Percentile or another observer.");
        }

        return (min, max);
    }

    /// <summary>What a fraction of the values is below; within a bin as if they were spread evenly.</summary>
    private float Quantile(double fraction)
    {
        var wanted = fraction * Values.Count;
        var (last, below) = (Values.Last, 0L);
        for (var i = Values.First; i < last; i++)
        {
            var count = Values[i].Count;
            if (count > 0 && below + count >= wanted)
                return At(i, (wanted - below) / count);
            below += count;
        }

        return At(last, (wanted - below) / Values[last].Count);
    }

    private float At(int bin, double part) => Math.Clamp((float)((bin + part) * Values.Width), Values.Min, Values.Max);
}
