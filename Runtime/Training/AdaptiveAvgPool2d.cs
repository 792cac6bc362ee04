namespace CompileTime.Training;

/// <summary>
/// The mean over out windows that cover the input: window i is [⌊i·in/out⌋, ⌈(i+1)·in/out⌉), which overlap where the division is
/// uneven, as in PyTorch.
/// </summary>
internal sealed class AdaptiveAvgPool2d(LayerContext context) : Layer(context)
{
    public override void Forward(Slice slice, int phase)
    {
        var (input, output) = (Input.Shape, Output.Shape);
        for (var n = slice.Start; n < slice.End; n++)
        {
            for (var c = 0; c < output.Channels; c++)
            {
                var plane = Input.Sample(n).Slice(c * input.Positions, input.Positions);
                var result = Output.Sample(n).Slice(c * output.Positions, output.Positions);
                for (var i = 0; i < result.Length; i++)
                {
                    var (top, bottom) = Range(i / output.Width, input.Height, output.Height);
                    var (left, right) = Range(i % output.Width, input.Width, output.Width);
                    var sum = 0.0;
                    for (var y = top; y < bottom; y++)
                        sum += VectorMath.Sum(plane.Slice((y * input.Width) + left, right - left));
                    result[i] = (float)(sum / ((bottom - top) * (right - left)));
                }
            }
        }
    }

    public override void Backward(Slice slice, int phase)
    {
        if (!Input.NeedsGradient)
            return;
        if (!Accumulates[0])
            Input.Gradients(slice).Clear();
        var (input, output) = (Input.Shape, Output.Shape);
        for (var n = slice.Start; n < slice.End; n++)
        {
            for (var c = 0; c < output.Channels; c++)
            {
                var plane = Input.SampleGradient(n).Slice(c * input.Positions, input.Positions);
                var gradient = Output.SampleGradient(n).Slice(c * output.Positions, output.Positions);
                for (var i = 0; i < gradient.Length; i++)
                {
                    var (top, bottom) = Range(i / output.Width, input.Height, output.Height);
                    var (left, right) = Range(i % output.Width, input.Width, output.Width);
                    var share = gradient[i] / ((bottom - top) * (right - left));
                    for (var y = top; y < bottom; y++)
                    {
                        for (var x = left; x < right; x++)
                            plane[(y * input.Width) + x] += share;
                    }
                }
            }
        }
    }

    private static (int Start, int End) Range(int index, int size, int count) =>
        ((int)((long)index * size / count), (int)((((long)index + 1) * size + count - 1) / count));
}
