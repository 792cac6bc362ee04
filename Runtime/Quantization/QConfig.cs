using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// Which observers a backend calibrates with, as torch.ao.quantization.QConfig: a new one for every value and every weight.
/// </summary>
internal sealed record QConfig(Func<ObserverBase> Activation, Func<ObserverBase> Weight)
{
    private static readonly Dictionary<Backend, QConfig> Defaults = new()
    {
        // get_default_qconfig("fbgemm")
        [Backend.Fbgemm] = new QConfig(
            () => new HistogramObserver(new QuantizationSpec(QuantizedType.QUInt8, QScheme.PerTensorAffine, reduceRange: true)),
            () => new PerChannelMinMaxObserver(new QuantizationSpec(QuantizedType.QInt8, QScheme.PerChannelSymmetric))),
    };

    /// <exception cref="InvalidOperationException">There is no such backend or precision.</exception>
    public static QConfig For(QuantizeRule rule) =>
        rule == new QuantizeRule(nameof(Precision.Int8), rule.Backend) && Enum.TryParse<Backend>(rule.Backend, out var backend)
            && Defaults.TryGetValue(backend, out var config)
            ? config
            : throw new InvalidOperationException(
                $"[Quantize] with '{QuantizeText.Write(rule, ' ')}' is not supported by this version of the library.");
}
