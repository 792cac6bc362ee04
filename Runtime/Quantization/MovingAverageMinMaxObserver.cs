namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.MovingAverageMinMaxObserver: the first batch's extremes, which then follow those of every further batch.
/// </summary>
/// <param name="spec">A per-tensor scheme.</param>
/// <param name="averagingConstant">What a batch counts for.</param>
internal sealed class MovingAverageMinMaxObserver(QuantizationSpec spec, float averagingConstant = MovingAverageMinMaxObserver.Constant)
    : MinMaxObserver(spec)
{
    /// <summary>PyTorch's default.</summary>
    public const float Constant = 0.01f;

    /// <summary>Three roundings, as in PyTorch: no fused multiply-add.</summary>
    public static float Step(float average, float batch, float constant) => average + (constant * (batch - average));

    protected override float Combine(float sofar, float batch, bool isMax) => Step(sofar, batch, averagingConstant);
}
