namespace CompileTime.Quantization;

/// <summary>From the observers' public names to observers.</summary>
internal static class ObserverTable
{
    // Weights are far fewer values per channel than activations per tensor, and there are many channels.
    private const int ChannelBins = 1024;

    /// <summary>Of activations: one scale for all.</summary>
    /// <exception cref="InvalidOperationException">The observer is for weights only.</exception>
    public static ObserverBase Activation(Observer kind, QuantizationSpec spec, double percentile) => kind switch
    {
        Observer.Default => new HistogramObserver(spec),
        Observer.PerChannelMinMax or Observer.MovingAveragePerChannelMinMax => throw new InvalidOperationException(
            $"Observer.{kind} is for weights: activations have one scale for all. Use Observer.MinMax or Observer.MovingAverageMinMax."),
        _ => ForTensor(kind, spec, percentile),
    };

    /// <summary>Of weights: those whose name says it, and by default all that PyTorch has not, are per channel if the backend is.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="spec">The backend's, per tensor or per channel.</param>
    /// <param name="percentile">For <see cref="Observer.Percentile"/>.</param>
    public static ObserverBase Weight(Observer kind, QuantizationSpec spec, double percentile) => kind switch
    {
        Observer.Default => spec.IsPerChannel ? new PerChannelMinMaxObserver(spec) : new MinMaxObserver(spec),
        Observer.PerChannelMinMax => new PerChannelMinMaxObserver(spec.ForChannels()),
        Observer.MovingAveragePerChannelMinMax => new MovingAveragePerChannelMinMaxObserver(spec.ForChannels()),
        Observer.Percentile or Observer.Mse or Observer.Entropy when spec.IsPerChannel =>
            new PerChannelObserver(spec, channel => ForTensor(kind, channel, percentile, ChannelBins)),
        _ => ForTensor(kind, spec.ForTensor(), percentile),
    };

    private static ObserverBase ForTensor(Observer kind, QuantizationSpec spec, double percentile,
        int bins = ValueHistogram.DefaultCapacity) => kind switch
    {
        Observer.MinMax => new MinMaxObserver(spec),
        Observer.MovingAverageMinMax => new MovingAverageMinMaxObserver(spec),
        Observer.Histogram => new HistogramObserver(spec),
        Observer.Percentile => new PercentileObserver(spec, percentile, bins),
        Observer.Mse => new MseObserver(spec, bins),
        Observer.Entropy => new EntropyObserver(spec, bins),
        _ => throw new InvalidOperationException($"There is no observer {kind}."),
    };
}
