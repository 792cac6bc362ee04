namespace CompileTime.Training;

/// <summary>
/// While training, zeroes elements with probability p and scales the others by 1 / (1 - p); else the identity. What is zeroed
/// follows from seed, step, layer and the sample's place in the batch, not from the order in which threads come.
/// </summary>
internal sealed class Dropout(LayerContext context) : Layer(context)
{
    private float Scale => Definition.Probability >= 1 ? 0 : (float)(1 / (1 - Definition.Probability));

    public override void Forward(Slice slice, int phase)
    {
        if (!Training)
        {
            Input.Samples(slice).CopyTo(Output.Samples(slice));
            return;
        }

        for (var n = slice.Start; n < slice.End; n++)
        {
            var random = Stream(n);
            var input = Input.Sample(n);
            var output = Output.Sample(n);
            for (var i = 0; i < output.Length; i++)
                output[i] = random.NextFloat() < Definition.Probability ? 0 : input[i] * Scale;
        }
    }

    public override void Backward(Slice slice, int phase)
    {
        if (!Input.NeedsGradient)
            return;
        for (var n = slice.Start; n < slice.End; n++)
        {
            var random = Stream(n);
            var gradient = Output.SampleGradient(n);
            var input = Input.SampleGradient(n);
            for (var i = 0; i < input.Length; i++)
            {
                var value = random.NextFloat() < Definition.Probability ? 0 : gradient[i] * Scale;
                input[i] = Accumulates[0] ? input[i] + value : value;
            }
        }
    }

    private SeededRandom Stream(int sample) => SeededRandom.For(Seed, 2 + ((long)Index << 8), Step, sample);
}
