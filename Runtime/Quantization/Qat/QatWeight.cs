using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>
/// A weight in quantization-aware training: the layer computes with <c>fq(weight * factor)</c>, where the factor is that of the batch
/// normalization that will be folded into it (as nniqat.ConvBn2d._forward_approximate), and the gradient goes back through all of it.
/// </summary>
internal sealed class QatWeight
{
    private readonly Parameter _weight;
    private readonly Parameter _used;
    private readonly FoldedNorm? _norm;
    private readonly int _channels;
    private readonly int _filter;
    private readonly float[] _scaled;

    // Extremes of every channel, or of every slice where all channels have one scale.
    private readonly float[] _min;
    private readonly float[] _max;

    /// <param name="weight">What is trained.</param>
    /// <param name="used">What the layer computes with.</param>
    /// <param name="norm">The normalization that follows; null for none.</param>
    /// <param name="module">Per channel or per tensor.</param>
    public QatWeight(Parameter weight, Parameter used, FoldedNorm? norm, FakeQuantize module)
    {
        (_weight, _used, _norm, Module) = (weight, used, norm, module);
        _channels = weight.Shape[0];
        _filter = weight.Value.Length / _channels;
        _scaled = norm is null ? weight.Value : new float[weight.Value.Length];
        (_min, _max) = (new float[IsPerChannel ? _channels : Slice.Count], new float[IsPerChannel ? _channels : Slice.Count]);
    }

    /// <summary>The batch normalization after a weight, and where its factor and that one's gradient stand.</summary>
    internal sealed record FoldedNorm(Parameter Gamma, Parameter Variance, double Epsilon, Parameter Factor)
    {
        /// <summary>The factor is gamma through this. Kept, because the forward pass moves the variance.</summary>
        public float[] Deviations { get; } = new float[Gamma.Value.Length];
    }

    public FakeQuantize Module { get; }

    /// <summary>The weight times the factor, before it is rounded: what will be quantized.</summary>
    public ReadOnlySpan<float> Scaled => _scaled;

    private bool IsPerChannel => Module.Spec.IsPerChannel;

    /// <summary>First for all slices: the factors, the scaled weights, and their extremes.</summary>
    public void Scale(int slice, bool observe)
    {
        var channels = Slice.Of(slice, _channels);
        for (var c = channels.Start; _norm is not null && c < channels.End; c++)
        {
            _norm.Deviations[c] = MathF.Sqrt(_norm.Variance.Value[c] + (float)_norm.Epsilon);
            var factor = _norm.Gamma.Value[c] / _norm.Deviations[c];
            _norm.Factor.Value[c] = factor;
            VectorMath.Scale(Filter(_weight.Value, c), factor, 0, Filter(_scaled, c), accumulate: false);
        }

        if (!observe)
            return;
        for (var c = channels.Start; IsPerChannel && c < channels.End; c++)
            (_min[c], _max[c]) = Extremes.Of(Filter(_scaled, c));
        if (!IsPerChannel)
            (_min[slice], _max[slice]) = Extremes.Of(
                _scaled.AsSpan(channels.Start * _filter, channels.Length * _filter));
    }

    /// <summary>Then once: the observer moves.</summary>
    public void Update()
    {
        foreach (var value in (ReadOnlySpan<float>)[.. _min, .. _max])
        {
            if (float.IsNaN(value))
                throw FakeQuantizeLayer.NotFinite(_weight.Name, value);
        }

        if (IsPerChannel)
            Module.Update(_min, _max);
        else
            Module.Update([_min.Min()], [_max.Max()]);
    }

    /// <summary>Then for all slices: the rounded weights.</summary>
    public void Quantize(int slice)
    {
        var channels = Slice.Of(slice, _channels);
        for (var c = channels.Start; c < channels.End; c++)
            Module.Apply(IsPerChannel ? c : 0, Filter(_scaled, c), Filter(_used.Value, c));
    }

    /// <summary>
    /// From the gradient of the rounded weights to that of the trained ones; gamma's gets what reaches it through the factor, besides what
    /// the normalization itself has given it.
    /// </summary>
    public void Backward(int slice)
    {
        var channels = Slice.Of(slice, _channels);
        for (var c = channels.Start; c < channels.End; c++)
        {
            var gradient = Filter(_weight.Gradient, c);
            Module.Backward(IsPerChannel ? c : 0, Filter(_scaled, c), Filter(_used.Gradient, c), gradient);
            if (_norm is null)
                continue;
            var ofFactor = _norm.Factor.Gradient[c] + VectorMath.Dot(gradient, Filter(_weight.Value, c));
            _norm.Gamma.Gradient[c] += (float)(ofFactor / _norm.Deviations[c]);
            VectorMath.Scale(gradient, _norm.Factor.Value[c], 0, gradient, accumulate: false);
        }
    }

    private Span<float> Filter(float[] values, int channel) => values.AsSpan(channel * _filter, _filter);
}
