using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Training;

/// <summary>A function of one number, applied to every element: sigmoid, tanh and their kin (<see cref="ScalarMath"/>).</summary>
internal sealed class Elementwise(LayerContext context) : Layer(context)
{
    private readonly ScalarFunction _function = ScalarMath.Of(context.Definition.Kind);
    private readonly float _slope = context.Definition.Slope;

    public override void Forward(Slice slice, int phase)
    {
        var x = Input.Samples(slice);
        var y = Output.Samples(slice);
        for (var i = 0; i < y.Length; i++)
            y[i] = ScalarMath.Run(_function, _slope, x[i]);
    }

    public override void Backward(Slice slice, int phase)
    {
        if (!Input.NeedsGradient)
            return;
        var x = Input.Samples(slice);
        var dy = Output.Gradients(slice);
        var dx = Input.Gradients(slice);
        for (var i = 0; i < dx.Length; i++)
        {
            var gradient = dy[i] * ScalarMath.Derivative(_function, _slope, x[i]);
            dx[i] = Accumulates[0] ? dx[i] + gradient : gradient;
        }
    }
}
