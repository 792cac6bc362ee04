using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// get_default_qat_qconfig: which fake quantization each weight and value is trained with. Ranges follow moving averages whatever observers
/// the rule names for calibration; types, schemes and ranges are the rule's.
/// </summary>
internal sealed class QatModules(QuantizeRule rule, QatOptions options)
{
    /// <exception cref="InvalidOperationException">The layer cannot be trained with its rounding.</exception>
    public void Check(LayerDefinition layer) => _ = Config(layer);

    /// <param name="layer">Whose result it is; null for the network's input.</param>
    public FakeQuantize Activation(LayerDefinition? layer) => layer is not null && ScalarFunctions.FixedQParams(layer.Kind) is { } known
        ? new FixedQParamsFakeQuantize(new QuantizationSpec(QuantizedType.QUInt8, QScheme.PerTensorAffine), new QParams(known.Scale, known.ZeroPoint))
        : Create(Config(layer).QatActivation().Spec, channels: 1);

    public FakeQuantize Weight(LayerDefinition layer)
    {
        var spec = Config(layer).QatWeight().Spec;
        return Create(spec, spec.IsPerChannel ? layer.WeightShape[0] : 1);
    }

    private QConfig Config(LayerDefinition? layer)
    {
        var own = layer?.Quantize ?? rule;
        return own.IsFloat || own.Mode != QuantizeRule.Static
            ? throw new InvalidOperationException(
                $"{(layer is null ? "The network" : $"'{layer.Name}'")} is declared with [Quantize] '{QuantizeText.Write(own, ' ')}': only Int8 layers with " +
                "Static activations can be trained with their rounding. Calibrate instead, or declare it Int8 and Static.")
            : QConfig.For(own);
    }

    private FakeQuantize Create(QuantizationSpec spec, int channels) => options.QConfigVersion == 0
        ? new FakeQuantize(spec, channels)
        : new FusedMovingAvgObsFakeQuantize(spec, channels, centerOneSided: options.ScaleMode == ScaleMode.AsTrained);
}
