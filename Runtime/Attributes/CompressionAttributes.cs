namespace CompileTime;

/// <summary>The number format of weights and activations.</summary>
public enum Precision
{
    /// <summary>Signed 8-bit weights, unsigned 8-bit activations, 32-bit sums.</summary>
    Int8,

    /// <summary>Not quantized: float32 weights, activations and sums. At the edges to int8 layers values are converted.</summary>
    Float32,
}

/// <summary>
/// A quantization backend of PyTorch: which observers, ranges and schemes its qconfigs have (get_default_qconfig). The arithmetic of the
/// operators is FBGEMM's for all of them.
/// </summary>
public enum Backend
{
    /// <summary>
    /// x86 servers: per-channel symmetric int8 weights, activations calibrated to 0..127 by a HistogramObserver with
    /// reduce_range. As get_default_qconfig("fbgemm").
    /// </summary>
    Fbgemm,

    /// <summary>PyTorch's default since 2.0. Its qconfig is that of <see cref="Fbgemm"/>.</summary>
    X86,

    /// <summary>As <see cref="Fbgemm"/>, but with activations in the full range 0..255. As get_default_qconfig("onednn").</summary>
    OneDnn,

    /// <summary>Mobile: one scale per weight tensor, activations in the full range 0..255. As get_default_qconfig("qnnpack").</summary>
    Qnnpack,
}

/// <summary>When activations get their scale and zero point. The package imports the members statically.</summary>
public enum QuantizationMode
{
    /// <summary>In calibration, once for all.</summary>
    Static,

    /// <summary>In each call, by the range of the values at hand: for Linear, as torch.ao.quantization.quantize_dynamic.</summary>
    Dynamic,

    /// <summary>Never: weights are int8, activations and arithmetic float32.</summary>
    WeightOnly,
}

/// <summary>
/// How a range to quantize is chosen from observed values. Names are torch.ao.quantization's; the last three are not in it.
/// </summary>
public enum Observer
{
    /// <summary>What the backend's qconfig has.</summary>
    Default,

    /// <summary>The smallest and the largest value.</summary>
    MinMax,

    /// <summary>The smallest and the largest value of a batch, averaged over batches: each new one counts for a hundredth.</summary>
    MovingAverageMinMax,

    /// <summary>Weights only: <see cref="MinMax"/> for each output channel.</summary>
    PerChannelMinMax,

    /// <summary>Weights only: <see cref="MovingAverageMinMax"/> for each output channel.</summary>
    MovingAveragePerChannelMinMax,

    /// <summary>A histogram, narrowed from both ends as long as the estimated error falls.</summary>
    Histogram,

    /// <summary>
    /// The range that holds <see cref="QuantizeAttribute.Percentile"/> percent of the values; what lies outside is clamped to its ends.
    /// </summary>
    Percentile,

    /// <summary>The range with the least mean squared error of the quantized values.</summary>
    Mse,

    /// <summary>The range whose quantized distribution differs least (Kullback-Leibler divergence) from the observed one.</summary>
    Entropy,
}
