using CompileTime.Inference;
using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>
/// Rounds every sample by its own range, as a dynamically quantized Linear does with its input in every call. Nothing is learned.
/// </summary>
internal sealed class DynamicFakeQuantizeLayer(LayerContext context, bool reduceRange) : Layer(context)
{
    public override void Forward(Slice slice, int phase)
    {
        for (var n = slice.Start; n < slice.End; n++)
            FakeQuantization.Forward(Input.Sample(n), QParamsOf(n), byte.MinValue, byte.MaxValue, Output.Sample(n));
    }

    public override void Backward(Slice slice, int phase)
    {
        for (var n = slice.Start; Input.NeedsGradient && n < slice.End; n++)
        {
            FakeQuantization.Backward(Input.Sample(n), Output.SampleGradient(n), QParamsOf(n), byte.MinValue, byte.MaxValue,
                Input.SampleGradient(n), Accumulates[0]);
        }
    }

    private QParams QParamsOf(int sample)
    {
        var (min, max) = Extremes.Of(Input.Sample(sample));
        if (!float.IsFinite(min) || !float.IsFinite(max))
            throw FakeQuantizeLayer.NotFinite(Definition.Inputs[0], float.IsFinite(min) ? max : min);
        var (scale, zeroPoint) = DynamicQuantization.Choose(min, max, reduceRange);
        return new QParams(scale, zeroPoint);
    }
}
