namespace CompileTime.Quantization;

/// <summary>A per-tensor observer for each channel of a weight, whose first dimension the channels are.</summary>
/// <param name="spec">A per-channel scheme.</param>
/// <param name="create">An observer of one channel; it gets the same scheme for a tensor.</param>
internal sealed class PerChannelObserver(QuantizationSpec spec, Func<QuantizationSpec, ObserverBase> create) : ObserverBase(spec)
{
    private readonly QuantizationSpec _channel = spec.ForTensor();
    private ObserverBase[] _channels = [];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch has another number of channels than those before; not finite values.</exception>
    public override void Observe(ReadOnlySpan<float> values, ReadOnlySpan<int> shape)
    {
        if (values.IsEmpty)
            return;
        if (_channels.Length == 0)
            _channels = [.. Enumerable.Range(0, shape[0]).Select(_ => create(_channel))];
        if (_channels.Length != shape[0])
            throw new ArgumentException($"The batch has {shape[0]} channels, those before it had {_channels.Length}.", nameof(shape));
        var length = values.Length / _channels.Length;
        for (var i = 0; i < _channels.Length; i++)
            _channels[i].Observe(values.Slice(i * length, length), [length]);
    }

    public override QParams[] Calculate() =>
        _channels.Length == 0 ? [QParams.Unobserved] : [.. _channels.Select(channel => channel.Calculate()[0])];
}
