namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.FixedQParamsObserver: for results whose range is known, whatever is observed.
/// </summary>
internal sealed class FixedQParamsObserver(QParams qparams, QuantizationSpec spec) : ObserverBase(spec)
{
    private static readonly QuantizationSpec Full = new(QuantizedType.QUInt8, QScheme.PerTensorAffine);

    /// <summary>0..1: default_fixed_qparams_range_0to1_observer, for sigmoid, hardsigmoid and softmax.</summary>
    public static FixedQParamsObserver ZeroToOne() => new(new QParams(1f / 256, 0), Full);

    /// <summary>-1..1: default_fixed_qparams_range_neg1to1_observer, for tanh.</summary>
    public static FixedQParamsObserver MinusOneToOne() => new(new QParams(2f / 256, 128), Full);

    public override void Observe(ReadOnlySpan<float> values, ReadOnlySpan<int> shape)
    {
    }

    public override QParams[] Calculate() => [qparams];
}
