namespace CompileTime.Quantization;

/// <summary>Chooses a range from the distribution of all values seen, as PyTorch has no observer to do.</summary>
internal abstract class ValueHistogramObserver : ObserverBase
{
    /// <param name="spec">A per-tensor scheme.</param>
    /// <param name="capacity">The most bins; a power of two.</param>
    protected ValueHistogramObserver(QuantizationSpec spec, int capacity)
        : base(spec)
    {
        if (spec.IsPerChannel)
            throw new ArgumentException("This observer has one scale for all.", nameof(spec));
        Values = new ValueHistogram(capacity);
    }

    public ValueHistogram Values { get; }

    /// <summary>The lower end of everything that could be a range: a range contains zero.</summary>
    protected float Low => MathF.Min(Values.Min, 0);

    /// <summary>The upper end.</summary>
    protected float High => MathF.Max(Values.Max, 0);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A value is NaN or infinite.</exception>
    public sealed override void Observe(ReadOnlySpan<float> values, ReadOnlySpan<int> shape) => Values.Add(values);

    public sealed override QParams[] Calculate()
    {
        if (Values.Count == 0)
            return [QParams.Unobserved];
        var (min, max) = Low == High ? (Low, High) : Choose();
        return [QParams.Calculate(min, max, Spec)];
    }

    /// <summary>The range, of values that are not all zero.</summary>
    /// <exception cref="InvalidOperationException">There is no range that makes sense.</exception>
    public abstract (float Min, float Max) Choose();
}
