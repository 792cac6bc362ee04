using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>
/// What follows a convolution (or Linear) whose weights were multiplied by a factor per channel: <c>y = x / factor + bias</c>. The factor
/// is a parameter as far as gradients go; <see cref="QatWeight"/> sets it and passes its gradient on.
/// </summary>
internal sealed class UndoScale : Layer
{
    private readonly Parameter? _bias;
    private readonly int _channels;
    private readonly int _positions;

    public UndoScale(LayerContext context, bool bias)
        : base(context)
    {
        _channels = Output.Shape.Channels;
        _positions = Output.Shape.Positions;
        Factor = AddParameter("scale_factor", _channels);
        if (bias)
            _bias = AddParameter("bias", _channels);
    }

    /// <summary>
    /// gamma / √(running variance). Where it is zero the weights are, too, and so is the quotient: PyTorch divides zero by zero there, and
    /// NaN would be the end of a network with pruned filters.
    /// </summary>
    public Parameter Factor { get; }

    public override void Forward(Slice slice, int phase)
    {
        for (var n = slice.Start; n < slice.End; n++)
        {
            for (var c = 0; c < _channels; c++)
                VectorMath.Scale(Part(Input.Sample(n), c), Inverse(c), _bias?.Value[c] ?? 0, Part(Output.Sample(n), c), accumulate: false);
        }
    }

    public override void Backward(Slice slice, int phase)
    {
        var factor = Partial(0, slice);
        Array.Clear(factor);
        if (_bias is not null)
            Array.Clear(Partial(1, slice));
        for (var n = slice.Start; n < slice.End; n++)
        {
            for (var c = 0; c < _channels; c++)
            {
                var gradient = Part(Output.SampleGradient(n), c);
                var inverse = Inverse(c);
                factor[c] -= (float)(VectorMath.Dot(gradient, Part(Input.Sample(n), c)) * inverse * inverse);
                if (_bias is not null)
                    Partial(1, slice)[c] += (float)VectorMath.Sum(gradient);
                if (Input.NeedsGradient)
                    VectorMath.Scale(gradient, inverse, 0, Part(Input.SampleGradient(n), c), Accumulates[0]);
            }
        }
    }

    private float Inverse(int channel) => Factor.Value[channel] == 0 ? 0 : 1 / Factor.Value[channel];

    private Span<float> Part(Span<float> sample, int channel) => sample.Slice(channel * _positions, _positions);
}
