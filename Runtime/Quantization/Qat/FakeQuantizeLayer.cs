using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>
/// Rounds a value to what it will be in int8 and, while training, observes it. The range of a batch belongs to all of it, so the slices
/// meet: each finds its extremes, one moves the observer, all round.
/// </summary>
internal sealed class FakeQuantizeLayer(LayerContext context, FakeQuantize module) : Layer(context)
{
    private readonly float[] _min = new float[Slice.Count];
    private readonly float[] _max = new float[Slice.Count];

    public FakeQuantize Module { get; } = module;

    public override int TrainingPhases => Module.ObserverEnabled ? 3 : 1;

    public override int BackwardPhases => 1;

    public override void Forward(Slice slice, int phase)
    {
        if (Training && !Module.ObserverEnabled && VectorMath.IndexOfNonFinite(Input.Samples(slice)) is >= 0 and var bad)
            throw NotFinite(Definition.Inputs[0], Input.Samples(slice)[bad]);
        switch (Training && Module.ObserverEnabled ? phase : 2)
        {
            case 0:
                (_min[slice.Index], _max[slice.Index]) = Extremes.Of(Input.Samples(slice));
                break;
            case 1 when slice.Index == 0:
                Update(_min.Min(), _max.Max());
                break;
            case 2:
                Module.Apply(0, Input.Samples(slice), Output.Samples(slice));
                break;
        }
    }

    public override void Backward(Slice slice, int phase)
    {
        if (Input.NeedsGradient)
            Module.Backward(0, Input.Samples(slice), Output.Gradients(slice), Input.Gradients(slice), Accumulates[0]);
    }

    public static InvalidOperationException NotFinite(string name, float value) => new(
        $"A value of '{name}' became {value}: it has no range to be quantized with. Lower the learning rate, scale the inputs to about " +
        "-1 to 1, or start again from an earlier checkpoint.");

    // Rounding would make numbers of NaN, and nobody would notice.
    private void Update(float min, float max)
    {
        if (!float.IsFinite(min) || !float.IsFinite(max))
            throw NotFinite(Definition.Inputs[0], float.IsFinite(min) ? max : min);
        Module.Update([min], [max]);
    }
}
