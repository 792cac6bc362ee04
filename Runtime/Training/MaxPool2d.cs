namespace CompileTime.Training;

/// <summary>
/// The largest value of each window; padding never wins, and of equal values the first in row-major order gets the gradient, as in
/// PyTorch. NaN wins, so that a broken network is not hidden.
/// </summary>
internal sealed class MaxPool2d : Layer
{
    // Per column of the output the columns of the input that its window covers.
    private readonly (int Left, int Right)[] _columns;

    // Per output element the winner's index in its plane.
    private int[] _winners = [];

    public MaxPool2d(LayerContext context)
        : base(context)
    {
        var window = Definition.Window!;
        _columns = new (int, int)[Output.Shape.Width];
        for (var ox = 0; ox < _columns.Length; ox++)
            _columns[ox] = Inside((ox * window.StrideWidth) - window.Left, window.DilationWidth, window.ExtentWidth, Input.Shape.Width);
    }

    public override void Reserve(int capacity, bool training)
    {
        base.Reserve(capacity, training);
        var length = checked(capacity * Output.Elements);
        if (training && _winners.Length < length)
            _winners = GC.AllocateUninitializedArray<int>(length);
    }

    public override void Forward(Slice slice, int phase)
    {
        var window = Definition.Window!;
        var (input, output) = (Input.Shape, Output.Shape);
        for (var n = slice.Start; n < slice.End; n++)
        {
            for (var c = 0; c < output.Channels; c++)
            {
                var plane = Input.Sample(n).Slice(c * input.Positions, input.Positions);
                var at = (n * Output.Elements) + (c * output.Positions);
                for (var oy = 0; oy < output.Height; oy++, at += output.Width)
                {
                    var (first, last) = Inside((oy * window.StrideHeight) - window.Top, window.DilationHeight, window.ExtentHeight,
                        input.Height);
                    var winners = Training ? _winners.AsSpan(at, output.Width) : default;
                    Row(plane, first, last, Output.Data.AsSpan(at, output.Width), winners);
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
        var positions = Output.Shape.Positions;
        for (var n = slice.Start; n < slice.End; n++)
        {
            for (var c = 0; c < Output.Shape.Channels; c++)
            {
                var plane = Input.SampleGradient(n).Slice(c * Input.Shape.Positions, Input.Shape.Positions);
                var gradient = Output.SampleGradient(n).Slice(c * positions, positions);
                var winners = _winners.AsSpan((n * Output.Elements) + (c * positions), positions);
                for (var i = 0; i < gradient.Length; i++)
                {
                    if (winners[i] >= 0)
                        plane[winners[i]] += gradient[i];
                }
            }
        }
    }

    /// <summary>One row of results from the plane's rows first, first + dilation, … below last.</summary>
    private void Row(ReadOnlySpan<float> plane, int first, int last, Span<float> results, Span<int> winners)
    {
        var (width, step, rowStep) = (Input.Shape.Width, Definition.Window!.DilationWidth, Definition.Window.DilationHeight);
        for (var ox = 0; ox < results.Length; ox++)
        {
            var (left, right) = _columns[ox];

            // Dilation can leap over the whole image: then nothing wins, and the value is PyTorch's, -∞.
            var winner = first < last && left < right ? (first * width) + left : -1;
            var best = winner < 0 ? float.NegativeInfinity : plane[winner];
            for (var y = first; y < last; y += rowStep)
            {
                var row = plane.Slice(y * width, width);
                for (var x = left; x < right; x += step)
                {
                    if (row[x] <= best || float.IsNaN(best))
                        continue;
                    best = row[x];
                    winner = (y * width) + x;
                }
            }

            results[ox] = best;
            if (winners.Length > 0)
                winners[ox] = winner;
        }
    }

    /// <summary>The part of a window along one axis that lies inside the image; its first element is one of the window's.</summary>
    private static (int First, int Last) Inside(int start, int dilation, int extent, int size)
    {
        var first = start >= 0 ? start : start + ((-start + dilation - 1) / dilation * dilation);
        return (first, Math.Min(start + extent, size));
    }
}
