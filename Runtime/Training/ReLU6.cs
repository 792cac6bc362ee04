namespace CompileTime.Training;

/// <summary>min(max(x, 0), 6); the gradient at 0 and at 6 is 0, as in PyTorch.</summary>
internal sealed class ReLU6(LayerContext context) : Layer(context)
{
    private const float Upper = 6;

    public override void Forward(Slice slice, int phase) => Clamp.Forward(Input.Samples(slice), Upper, Output.Samples(slice));

    public override void Backward(Slice slice, int phase)
    {
        if (Input.NeedsGradient)
            Clamp.Backward(Input.Samples(slice), Upper, Output.Gradients(slice), Input.Gradients(slice), Accumulates[0]);
    }
}
