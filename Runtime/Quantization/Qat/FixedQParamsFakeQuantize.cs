namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.FixedQParamsFakeQuantize: scale and zero point are known beforehand, as those of a sigmoid are, and nothing is
/// observed.
/// </summary>
internal sealed class FixedQParamsFakeQuantize : FakeQuantize
{
    private readonly QParams _qparams;

    public FixedQParamsFakeQuantize(QuantizationSpec spec, QParams qparams)
        : base(spec) => _qparams = QParams[0] = qparams;

    public override bool IsObserved => true;

    public override QParams[] CalculateQParams() => [_qparams];

    public override void Update(ReadOnlySpan<float> min, ReadOnlySpan<float> max)
    {
    }
}
