namespace CompileTime.Quantization;

/// <summary>torch.ao.quantization.MinMaxObserver: the extremes of everything seen. NaN is kept, and refused when asked.</summary>
internal class MinMaxObserver : ObserverBase
{
    private bool _seen;

    /// <param name="spec">A per-tensor scheme.</param>
    public MinMaxObserver(QuantizationSpec spec)
        : base(spec)
    {
        if (spec.IsPerChannel)
            throw new ArgumentException("This observer has one scale for all.", nameof(spec));
    }

    public float Min { get; private set; } = float.PositiveInfinity;

    public float Max { get; private set; } = float.NegativeInfinity;

    public override void Observe(ReadOnlySpan<float> values, ReadOnlySpan<int> shape)
    {
        if (values.IsEmpty)
            return;
        var (min, max) = Extremes.Of(values);
        (Min, Max) = _seen ? (Combine(Min, min, isMax: false), Combine(Max, max, isMax: true)) : (min, max);
        _seen = true;
    }

    public override QParams[] Calculate() => [_seen ? QParams.Calculate(Min, Max, Spec) : QParams.Unobserved];

    /// <summary>An extreme of all batches so far, and that of a new one.</summary>
    protected virtual float Combine(float sofar, float batch, bool isMax) => isMax ? MathF.Max(sofar, batch) : MathF.Min(sofar, batch);
}
