namespace CompileTime.Training;

/// <summary>y = x Wᵀ + b with W [out, in].</summary>
internal sealed class Linear : Layer
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly int _in;
    private readonly int _out;

    public Linear(LayerContext context)
        : base(context)
    {
        _in = Input.Elements;
        _out = Output.Elements;
        _weight = AddParameter("weight", _out, _in);
        Initializer.Uniform(_weight, _in, Seed, Index, 0);
        if (Definition.Bias)
        {
            _bias = AddParameter("bias", _out);
            Initializer.Uniform(_bias, _in, Seed, Index, 1);
        }
    }

    public override void Forward(Slice slice, int phase)
    {
        for (var n = slice.Start; _bias is not null && n < slice.End; n++)
            _bias.Value.CopyTo(Output.Sample(n));
        Matrix.MultiplyTransposed(slice.Length, _out, _in, Input.Samples(slice), _in, _weight.Value, _in, Output.Samples(slice), _out,
            accumulate: _bias is not null);
    }

    public override void Backward(Slice slice, int phase)
    {
        var gradient = Output.Gradients(slice);
        var weight = Partial(0, slice);
        if (slice.IsEmpty)
            Array.Clear(weight);
        Matrix.Multiply(slice.IsEmpty ? 0 : _out, _in, slice.Length, gradient, 1, _out, Input.Samples(slice), _in, weight, _in,
            accumulate: false);
        if (_bias is not null)
        {
            var bias = Partial(1, slice);
            Array.Clear(bias);
            for (var n = slice.Start; n < slice.End; n++)
                VectorMath.AddTo(Output.SampleGradient(n), bias);
        }

        if (Input.NeedsGradient)
            Matrix.Multiply(slice.Length, _in, _out, gradient, _out, 1, _weight.Value, _in, Input.Gradients(slice), _in, Accumulates[0]);
    }
}
