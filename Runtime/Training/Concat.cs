namespace CompileTime.Training;

/// <summary>Its inputs one after the other along the channels, which in CHW order is one after the other.</summary>
internal sealed class Concat(LayerContext context) : Layer(context)
{
    public override void Forward(Slice slice, int phase)
    {
        for (var n = slice.Start; n < slice.End; n++)
        {
            var at = 0;
            foreach (var input in Inputs)
            {
                input.Sample(n).CopyTo(Output.Sample(n)[at..]);
                at += input.Elements;
            }
        }
    }

    public override void Backward(Slice slice, int phase)
    {
        for (var n = slice.Start; n < slice.End; n++)
        {
            var at = 0;
            for (var i = 0; i < Inputs.Count; i++)
            {
                var length = Inputs[i].Elements;
                if (Inputs[i].NeedsGradient)
                    VectorMath.AddOrCopy(Output.SampleGradient(n).Slice(at, length), Inputs[i].SampleGradient(n), Accumulates[i]);
                at += length;
            }
        }
    }
}
