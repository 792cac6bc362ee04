namespace CompileTime.Quantization;

/// <summary>torch.ao.quantization.PerChannelMinMaxObserver: the extremes of every channel. NaN is kept, and refused when asked.</summary>
internal class PerChannelMinMaxObserver : ObserverBase
{
    private readonly int _axis;

    /// <param name="spec">A per-channel scheme.</param>
    /// <param name="axis">The dimension that is the channels.</param>
    public PerChannelMinMaxObserver(QuantizationSpec spec, int axis = 0)
        : base(spec)
    {
        if (!spec.IsPerChannel)
            throw new ArgumentException("A per-channel observer needs a per-channel scheme.", nameof(spec));
        _axis = axis;
    }

    public float[] Min { get; private set; } = [];

    public float[] Max { get; private set; } = [];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch has another number of channels than those before.</exception>
    public override void Observe(ReadOnlySpan<float> values, ReadOnlySpan<int> shape)
    {
        if (values.IsEmpty)
            return;
        var (min, max) = Extremes.OfChannels(values, shape, _axis);
        if (Min.Length == 0)
        {
            (Min, Max) = (min, max);
            return;
        }

        if (Min.Length != min.Length)
            throw new ArgumentException($"The batch has {min.Length} channels, those before it had {Min.Length}.", nameof(shape));
        for (var i = 0; i < min.Length; i++)
        {
            Min[i] = Combine(Min[i], min[i], isMax: false);
            Max[i] = Combine(Max[i], max[i], isMax: true);
        }
    }

    public override QParams[] Calculate()
    {
        if (Min.Length == 0)
            return [QParams.Unobserved];
        var result = new QParams[Min.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = QParams.Calculate(Min[i], Max[i], Spec);
        return result;
    }

    /// <summary>An extreme of all batches so far, and that of a new one.</summary>
    protected virtual float Combine(float sofar, float batch, bool isMax) => isMax ? MathF.Max(sofar, batch) : MathF.Min(sofar, batch);
}
