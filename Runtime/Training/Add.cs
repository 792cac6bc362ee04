namespace CompileTime.Training;

/// <summary>The sum of its inputs, element by element.</summary>
internal sealed class Add(LayerContext context) : Layer(context)
{
    public override void Forward(Slice slice, int phase)
    {
        Input.Samples(slice).CopyTo(Output.Samples(slice));
        for (var i = 1; i < Inputs.Count; i++)
            VectorMath.AddTo(Inputs[i].Samples(slice), Output.Samples(slice));
    }

    public override void Backward(Slice slice, int phase)
    {
        for (var i = 0; i < Inputs.Count; i++)
        {
            if (Inputs[i].NeedsGradient)
                VectorMath.AddOrCopy(Output.Gradients(slice), Inputs[i].Gradients(slice), Accumulates[i]);
        }
    }
}
