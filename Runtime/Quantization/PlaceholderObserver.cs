namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.PlaceholderObserver: says only what values are to be quantized to, for those that get their scale in each call
/// or none at all.
/// </summary>
internal sealed class PlaceholderObserver(QuantizationSpec spec) : ObserverBase(spec)
{
    public override void Observe(ReadOnlySpan<float> values, ReadOnlySpan<int> shape)
    {
    }

    /// <exception cref="InvalidOperationException">Always: there is nothing that it could follow from.</exception>
    public override QParams[] Calculate() =>
        throw new InvalidOperationException("A placeholder observes nothing: scale and zero point are not known before a call.");
}
