using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// get_default_qat_qconfig: which fake quantization weights and values are trained with. Ranges follow moving averages whatever observers
/// a rule names for calibration; types, schemes and ranges are the rule's.
/// </summary>
internal sealed class QatModules(QatOptions options)
{
    public FakeQuantize Value(QuantizeRule rule) => Create(QConfig.For(rule).QatActivation().Spec, channels: 1);

    public FakeQuantize Weight(QuantizeRule rule, int channels)
    {
        var spec = QConfig.For(rule).QatWeight().Spec;
        return Create(spec, spec.IsPerChannel ? channels : 1);
    }

    /// <summary>For a function whose result has a scale that is known.</summary>
    public static FakeQuantize Fixed(float scale, int zeroPoint) => new FixedQParamsFakeQuantize(
        new QuantizationSpec(QuantizedType.QUInt8, QScheme.PerTensorAffine), new QParams(scale, zeroPoint));

    private FakeQuantize Create(QuantizationSpec spec, int channels) => options.QConfigVersion == 0
        ? new FakeQuantize(spec, channels)
        : new FusedMovingAvgObsFakeQuantize(spec, channels, centerOneSided: options.ScaleMode == ScaleMode.AsTrained);
}
