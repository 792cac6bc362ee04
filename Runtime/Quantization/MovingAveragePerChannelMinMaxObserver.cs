namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.MovingAveragePerChannelMinMaxObserver: <see cref="MovingAverageMinMaxObserver"/> for every channel.
/// </summary>
/// <param name="spec">A per-channel scheme.</param>
/// <param name="averagingConstant">What a batch counts for.</param>
/// <param name="axis">The dimension that is the channels.</param>
internal sealed class MovingAveragePerChannelMinMaxObserver(
    QuantizationSpec spec, float averagingConstant = MovingAverageMinMaxObserver.Constant, int axis = 0)
    : PerChannelMinMaxObserver(spec, axis)
{
    protected override float Combine(float sofar, float batch, bool isMax) =>
        MovingAverageMinMaxObserver.Step(sofar, batch, averagingConstant);
}
