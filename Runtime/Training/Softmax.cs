namespace CompileTime.Training;

/// <summary>exp(x - max) / Σ exp(x - max) over the channels, at each position.</summary>
internal sealed class Softmax(LayerContext context) : Layer(context)
{
    public override void Forward(Slice slice, int phase)
    {
        var (channels, positions) = (Input.Shape.Channels, Input.Shape.Positions);
        for (var n = slice.Start; n < slice.End; n++)
        {
            var input = Input.Sample(n);
            var output = Output.Sample(n);
            for (var p = 0; p < positions; p++)
            {
                var largest = float.NegativeInfinity;
                for (var c = 0; c < channels; c++)
                    largest = MathF.Max(largest, input[(c * positions) + p]);
                var sum = 0.0;
                for (var c = 0; c < channels; c++)
                    sum += output[(c * positions) + p] = MathF.Exp(input[(c * positions) + p] - largest);
                for (var c = 0; c < channels; c++)
                    output[(c * positions) + p] = (float)(output[(c * positions) + p] / sum);
            }
        }
    }

    public override void Backward(Slice slice, int phase)
    {
        if (!Input.NeedsGradient)
            return;
        var (channels, positions) = (Input.Shape.Channels, Input.Shape.Positions);
        for (var n = slice.Start; n < slice.End; n++)
        {
            var output = Output.Sample(n);
            var gradient = Output.SampleGradient(n);
            var input = Input.SampleGradient(n);
            for (var p = 0; p < positions; p++)
            {
                // dx = y (dy - Σ y·dy)
                var dot = 0.0;
                for (var i = p; i < channels * positions; i += positions)
                    dot += (double)output[i] * gradient[i];
                for (var i = p; i < channels * positions; i += positions)
                {
                    var value = output[i] * (float)(gradient[i] - dot);
                    input[i] = Accumulates[0] ? input[i] + value : value;
                }
            }
        }
    }
}
