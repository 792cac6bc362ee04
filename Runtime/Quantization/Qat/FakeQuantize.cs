namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.FakeQuantize with a moving-average observer, per tensor or per channel (dimension 0): follows the extremes of
/// what it sees, and rounds values to what they would be in int8. Its parts may run beside each other on parts of a tensor.
/// </summary>
internal class FakeQuantize
{
    private readonly float _averagingConstant;

    /// <param name="spec">Type, scheme and range.</param>
    /// <param name="channels">Size of dimension 0, with a per-channel scheme; else 1.</param>
    /// <param name="averagingConstant">How far the extremes move towards those of a batch.</param>
    public FakeQuantize(QuantizationSpec spec, int channels = 1, float averagingConstant = MovingAverageMinMaxObserver.Constant)
    {
        if (!spec.IsPerChannel && channels != 1)
            throw new ArgumentException($"A per-tensor scheme has one scale, not {channels}.", nameof(channels));
        Spec = spec;
        _averagingConstant = averagingConstant;
        (Min, Max, QParams) = (new float[channels], new float[channels], new QParams[channels]);
        Array.Fill(Min, float.PositiveInfinity);
        Array.Fill(Max, float.NegativeInfinity);
        Array.Fill(QParams, Quantization.QParams.Unobserved);
    }

    public QuantizationSpec Spec { get; }

    /// <summary>Per channel; +∞ before anything was seen.</summary>
    public float[] Min { get; }

    /// <summary>Per channel; -∞ before anything was seen.</summary>
    public float[] Max { get; }

    /// <summary>Per channel: with what <see cref="Apply"/> rounds.</summary>
    public QParams[] QParams { get; }

    /// <summary>Whether batches move the extremes.</summary>
    public bool ObserverEnabled { get; set; } = true;

    /// <summary>Whether values are rounded, or let through.</summary>
    public bool FakeQuantEnabled { get; set; } = true;

    /// <summary>Whether there is a range to round with.</summary>
    public virtual bool IsObserved => Min[0] <= Max[0];

    /// <summary>What convert makes of the extremes: <see cref="Quantization.QParams.Calculate"/>.</summary>
    public virtual QParams[] CalculateQParams()
    {
        var result = new QParams[Min.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = IsObserved ? Quantization.QParams.Calculate(Min[i], Max[i], Spec) : Quantization.QParams.Unobserved;
        return result;
    }

    /// <summary>Another one in the same state.</summary>
    public FakeQuantize Copy()
    {
        var copy = new FakeQuantize(Spec, Min.Length, _averagingConstant);
        Min.CopyTo(copy.Min, 0);
        Max.CopyTo(copy.Max, 0);
        return copy;
    }

    /// <summary>A whole tensor: observed, then rounded.</summary>
    public void Forward(ReadOnlySpan<float> x, Span<float> y)
    {
        var (min, max) = (new float[Min.Length], new float[Min.Length]);
        var inner = x.Length / Min.Length;
        for (var i = 0; i < min.Length; i++)
            (min[i], max[i]) = Extremes.Of(x.Slice(i * inner, inner));
        Update(min, max);
        for (var i = 0; i < min.Length; i++)
            Apply(i, x.Slice(i * inner, inner), y.Slice(i * inner, inner));
    }

    /// <summary>What observer and fake quantization do before values are rounded.</summary>
    /// <param name="min">The batch's smallest value of each channel.</param>
    /// <param name="max">The batch's largest value of each channel.</param>
    public virtual void Update(ReadOnlySpan<float> min, ReadOnlySpan<float> max)
    {
        if (!ObserverEnabled)
            return;
        Observe(min, max);
        CalculateQParams().CopyTo(QParams, 0);
    }

    /// <summary>Rounds values of one channel.</summary>
    public void Apply(int channel, ReadOnlySpan<float> x, Span<float> y)
    {
        if (FakeQuantEnabled)
            FakeQuantization.Forward(x, QParams[channel], Spec.Min, Spec.Max, y);
        else
            x.CopyTo(y);
    }

    /// <summary>From the gradient of what <see cref="Apply"/> gave to that of what it read.</summary>
    public void Backward(int channel, ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, Span<float> result, bool accumulate = false)
    {
        if (FakeQuantEnabled)
            FakeQuantization.Backward(x, gradient, QParams[channel], Spec.Min, Spec.Max, result, accumulate);
        else
            Training.VectorMath.AddOrCopy(gradient, result, accumulate);
    }

    // As MovingAverageMinMaxObserver: the first batch is copied.
    protected void Observe(ReadOnlySpan<float> min, ReadOnlySpan<float> max)
    {
        for (var i = 0; i < Min.Length; i++)
        {
            Min[i] = float.IsInfinity(Min[i]) ? min[i] : MovingAverageMinMaxObserver.Step(Min[i], min[i], _averagingConstant);
            Max[i] = float.IsInfinity(Max[i]) ? max[i] : MovingAverageMinMaxObserver.Step(Max[i], max[i], _averagingConstant);
        }
    }
}
