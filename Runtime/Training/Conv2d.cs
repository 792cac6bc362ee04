namespace CompileTime.Training;

/// <summary>2-D cross-correlation in groups: per sample and group a product of the weight with the windows of the image.</summary>
internal sealed class Conv2d : Layer
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly Im2Col _windows;
    private readonly float[][] _columns = new float[Slice.Count][];
    private readonly float[][] _columnGradients = new float[Slice.Count][];
    private readonly int _groups;
    private readonly int _outPerGroup;
    private readonly int _inputPerGroup;

    public Conv2d(LayerContext context)
        : base(context)
    {
        var shape = Definition.WeightShape;
        var input = Input.Shape;
        _groups = Definition.Groups;
        _outPerGroup = shape[0] / _groups;
        _inputPerGroup = Input.Elements / _groups;
        _windows = new Im2Col(shape[1], input.Height, input.Width, Definition.Window!);
        _weight = AddParameter("weight", shape);
        Initializer.Uniform(_weight, _windows.Rows, Seed, Index, 0);
        if (Definition.Bias)
        {
            _bias = AddParameter("bias", shape[0]);
            Initializer.Uniform(_bias, _windows.Rows, Seed, Index, 1);
        }
    }

    public override void Reserve(int capacity, bool training)
    {
        base.Reserve(capacity, training);
        if (_windows.IsIdentity)
            return;
        for (var i = 0; i < Slice.Count; i++)
        {
            _columns[i] ??= new float[_windows.Length];
            if (training && Input.NeedsGradient)
                _columnGradients[i] ??= new float[_windows.Length];
        }
    }

    public override void Forward(Slice slice, int phase)
    {
        var positions = _windows.Columns;
        for (var n = slice.Start; n < slice.End; n++)
        {
            var output = Output.Sample(n);
            for (var channel = 0; _bias is not null && channel < _bias.Value.Length; channel++)
                output.Slice(channel * positions, positions).Fill(_bias.Value[channel]);
            for (var g = 0; g < _groups; g++)
            {
                Matrix.Multiply(_outPerGroup, positions, _windows.Rows, Weight(g), _windows.Rows, 1, Columns(slice, n, g), positions,
                    output.Slice(g * _outPerGroup * positions, _outPerGroup * positions), positions, accumulate: _bias is not null);
            }
        }
    }

    public override void Backward(Slice slice, int phase)
    {
        var positions = _windows.Columns;
        var weightLength = _outPerGroup * _windows.Rows;
        var weight = Partial(0, slice);
        Array.Clear(weight);
        if (_bias is not null)
            Array.Clear(Partial(1, slice));
        for (var n = slice.Start; n < slice.End; n++)
        {
            var gradient = Output.SampleGradient(n);
            for (var channel = 0; _bias is not null && channel < _bias.Value.Length; channel++)
                Partial(1, slice)[channel] += (float)VectorMath.Sum(gradient.Slice(channel * positions, positions));
            for (var g = 0; g < _groups; g++)
            {
                var part = gradient.Slice(g * _outPerGroup * positions, _outPerGroup * positions);
                Matrix.MultiplyTransposed(_outPerGroup, _windows.Rows, positions, part, positions, Columns(slice, n, g), positions,
                    weight.AsSpan(g * weightLength, weightLength), _windows.Rows, accumulate: true);
                if (Input.NeedsGradient)
                    InputGradient(slice, g, part, Input.SampleGradient(n).Slice(g * _inputPerGroup, _inputPerGroup));
            }
        }
    }

    private void InputGradient(Slice slice, int group, ReadOnlySpan<float> gradient, Span<float> input)
    {
        var positions = _windows.Columns;
        if (_windows.IsIdentity)
        {
            Matrix.Multiply(_windows.Rows, positions, _outPerGroup, Weight(group), 1, _windows.Rows, gradient, positions, input, positions,
                Accumulates[0]);
            return;
        }

        var columns = _columnGradients[slice.Index];
        Matrix.Multiply(_windows.Rows, positions, _outPerGroup, Weight(group), 1, _windows.Rows, gradient, positions, columns, positions,
            accumulate: false);
        if (!Accumulates[0])
            input.Clear();
        _windows.Scatter(columns, input);
    }

    private ReadOnlySpan<float> Weight(int group) =>
        _weight.Value.AsSpan(group * _outPerGroup * _windows.Rows, _outPerGroup * _windows.Rows);

    private ReadOnlySpan<float> Columns(Slice slice, int sample, int group)
    {
        var image = Input.Sample(sample).Slice(group * _inputPerGroup, _inputPerGroup);
        if (_windows.IsIdentity)
            return image;
        _windows.Gather(image, _columns[slice.Index]);
        return _columns[slice.Index];
    }
}
