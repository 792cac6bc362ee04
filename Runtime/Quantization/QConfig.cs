using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// Which observers a rule calibrates with, as torch.ao.quantization.QConfig: a new one for every value and every weight. The Qat ones are
/// those of get_default_qat_qconfig, for the same ranges and schemes: their extremes follow the batches of training.
/// </summary>
internal sealed record QConfig(
    Func<ObserverBase> Activation, Func<ObserverBase> Weight, Func<MovingAverageMinMaxObserver> QatActivation, Func<ObserverBase> QatWeight)
{
    /// <exception cref="InvalidOperationException">The rule cannot be followed, or layers stay float32 by it.</exception>
    public static QConfig For(QuantizeRule rule)
    {
        if (rule.IsFloat)
            throw new InvalidOperationException("Layers that are declared with [Quantize(Float32)] have nothing to observe with.");
        if (rule.Precision != nameof(Precision.Int8))
            throw NotSupported(rule);
        var (backend, mode) = (Parse<Backend>(rule.Backend, rule), Parse<QuantizationMode>(rule.Mode, rule));
        var (activationKind, weightKind) = (Parse<Observer>(rule.Activation, rule), Parse<Observer>(rule.Weight, rule));
        var activation = new QuantizationSpec(QuantizedType.QUInt8, QScheme.PerTensorAffine, reduceRange: IsReduced(backend));

        // default_dynamic_qconfig has one scale for all of a weight, whatever the backend.
        var isPerTensor = backend == Backend.Qnnpack || mode == QuantizationMode.Dynamic;
        var weight = new QuantizationSpec(QuantizedType.QInt8, isPerTensor ? QScheme.PerTensorSymmetric : QScheme.PerChannelSymmetric,
            customRange: Range(rule));
        var observed = ObserverTable.Weight(weightKind, weight, rule.Percentile).Spec;
        if (mode == QuantizationMode.Static)
            _ = ObserverTable.Activation(activationKind, activation, rule.Percentile);
        return new QConfig(
            mode == QuantizationMode.Static
                ? () => ObserverTable.Activation(activationKind, activation, rule.Percentile)
                : () => new PlaceholderObserver(activation),
            () => ObserverTable.Weight(weightKind, weight, rule.Percentile),
            () => new MovingAverageMinMaxObserver(activation),
            () => observed.IsPerChannel
                ? new MovingAveragePerChannelMinMaxObserver(observed)
                : new MovingAverageMinMaxObserver(observed));
    }

    /// <summary>Activations in 0..127, so that sums of two products fit int16; else 0..255.</summary>
    private static bool IsReduced(Backend backend) => backend is Backend.Fbgemm or Backend.X86;

    /// <summary>Of weights; null for the type's.</summary>
    private static (int Min, int Max)? Range(QuantizeRule rule) => rule.WeightBits switch
    {
        QuantizeRule.DefaultWeightBits => null,
        QuantizeRule.ReducedWeightBits => (-64, 63),
        _ => throw NotSupported(rule),
    };

    private static T Parse<T>(string name, QuantizeRule rule)
        where T : struct, Enum => Enum.TryParse<T>(name, out var value) && value.ToString() == name ? value : throw NotSupported(rule);

    private static InvalidOperationException NotSupported(QuantizeRule rule) =>
        new($"[Quantize] with '{QuantizeText.Write(rule, ' ')}' is not supported by this version of the library.");
}
