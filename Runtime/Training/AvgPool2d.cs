namespace CompileTime.Training;

/// <summary>
/// The mean of each window. The divisor is DivisorOverride, or the window's size within the padded image, or, without
/// CountIncludePad, within the image itself: in ceil mode the last window may reach beyond the padding, which never counts.
/// </summary>
internal sealed class AvgPool2d(LayerContext context) : Layer(context)
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
                    var area = Area(i / output.Width, i % output.Width);
                    var sum = 0f;
                    for (var y = area.Top; y < area.Bottom; y++)
                    {
                        for (var x = area.Left; x < area.Right; x++)
                            sum += plane[(y * input.Width) + x];
                    }

                    result[i] = sum / area.Divisor;
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
                    var area = Area(i / output.Width, i % output.Width);
                    var share = gradient[i] / area.Divisor;
                    for (var y = area.Top; y < area.Bottom; y++)
                    {
                        for (var x = area.Left; x < area.Right; x++)
                            plane[(y * input.Width) + x] += share;
                    }
                }
            }
        }
    }

    private (int Top, int Bottom, int Left, int Right, int Divisor) Area(int row, int column)
    {
        var window = Definition.Window!;
        var input = Input.Shape;
        var top = (row * window.StrideHeight) - window.Top;
        var left = (column * window.StrideWidth) - window.Left;
        var bottom = Math.Min(top + window.KernelHeight, input.Height + window.Bottom);
        var right = Math.Min(left + window.KernelWidth, input.Width + window.Right);
        var padded = (bottom - top) * (right - left);
        top = Math.Max(top, 0);
        left = Math.Max(left, 0);
        bottom = Math.Min(bottom, input.Height);
        right = Math.Min(right, input.Width);
        var divisor = Definition.DivisorOverride != 0 ? Definition.DivisorOverride
            : Definition.CountIncludePad ? padded
            : Math.Max(1, (bottom - top) * (right - left));
        return (top, bottom, left, right, divisor);
    }
}
