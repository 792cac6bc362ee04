namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.FusedMovingAvgObsFakeQuantize: what the default qconfigs train with. Its scales come from
/// <see cref="ChooseQuantizationParams"/>, so they differ in the last bits (symmetric ones by half a percent) from those of convert.
/// </summary>
/// <param name="spec">Type, scheme and range.</param>
/// <param name="channels">Size of dimension 0, with a per-channel scheme; else 1.</param>
/// <param name="centerOneSided">Not PyTorch's: a symmetric scheme has its zero point in the middle also where all values have one
/// sign.</param>
internal sealed class FusedMovingAvgObsFakeQuantize(QuantizationSpec spec, int channels = 1, bool centerOneSided = false)
    : FakeQuantize(spec, channels)
{
    public override void Update(ReadOnlySpan<float> min, ReadOnlySpan<float> max)
    {
        if (ObserverEnabled)
            Observe(min, max);
        for (var i = 0; FakeQuantEnabled && IsObserved && i < QParams.Length; i++)
            QParams[i] = ChooseQuantizationParams.Run(Min[i], Max[i], Spec, centerOneSided);
    }
}
