namespace CompileTime.Training;

/// <summary>The same elements in the same order, seen as a vector.</summary>
internal sealed class Flatten(LayerContext context) : Layer(context)
{
    public override void Forward(Slice slice, int phase) => Input.Samples(slice).CopyTo(Output.Samples(slice));

    public override void Backward(Slice slice, int phase)
    {
        if (Input.NeedsGradient)
            VectorMath.AddOrCopy(Output.Gradients(slice), Input.Gradients(slice), Accumulates[0]);
    }
}
