namespace CompileTime.Quantization;

/// <summary>torch.ao.quantization.PerChannelMinMaxObserver: the extremes of every channel. NaN is kept, and refused when asked.</summary>
internal sealed class PerChannelMinMaxObserver : ObserverBase
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

    public override void Observe(ReadOnlySpan<float> values, ReadOnlySpan<int> shape)
    {
        if (values.IsEmpty)
            return;
        if (shape.Length < 2 || _axis >= shape.Length)
            throw new ArgumentException("A per-channel observer takes a tensor with channels and at least one other dimension.",
                nameof(shape));
        var channels = shape[_axis];
        var inner = 1;
        foreach (var size in shape[(_axis + 1)..])
            inner *= size;
        if (Min.Length == 0)
        {
            Min = new float[channels];
            Max = new float[channels];
            Array.Fill(Min, float.PositiveInfinity);
            Array.Fill(Max, float.NegativeInfinity);
        }

        if (Min.Length != channels)
            throw new ArgumentException($"The batch has {channels} channels, those before it had {Min.Length}.", nameof(shape));
        for (var i = 0; i < values.Length; i++)
        {
            var channel = i / inner % channels;
            Min[channel] = MathF.Min(Min[channel], values[i]); // MathF.Min and Max propagate NaN, as torch does.
            Max[channel] = MathF.Max(Max[channel], values[i]);
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
}
