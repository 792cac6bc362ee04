namespace CompileTime;

/// <summary>
/// What <see cref="Trainer.Convert(ConvertOptions)"/> does for accuracy beyond PyTorch's convert. All of it is decided on the samples
/// of the last <see cref="Trainer.Calibrate"/> and costs nothing when
/// predicting; the arithmetic stays the same. Which of them help depends on
/// the network: <see cref="CompressedModel.Validate"/> tells.
/// </summary>
public sealed record ConvertOptions
{
    /// <summary>
    /// Cross-layer equalization (Nagel et al., 2019): where a Linear or Conv2d follows another one through nothing but ReLU, LeakyReLU,
    /// pools and Flatten, the channels between them are scaled so that the weights of both sides span as much.
    /// The float network stays the same;
    /// it is calibrated again. For networks whose channels differ much, above all depthwise ones with one scale per tensor
    /// (Backend.Qnnpack).
    /// </summary>
    public bool Equalize { get; init; }

    /// <summary>
    /// Loss-aware scales (as LAPQ, Nahshan et al., 2021): varies each value's scale and zero point around what its observer chose, and
    /// keeps what brings the network's result closest to the float network's: in KL divergence where it ends in Softmax, else in mean
    /// squared error. A value's bytes stay in the range of the backend. Takes some hundred passes over at most
    /// <see cref="SearchSamples"/> samples.
    /// </summary>
    public bool SearchScales { get; init; }

    /// <summary>
    /// How many of the calibration samples, from the first on, <see cref="SearchScales"/> looks at. Default 256, at least 1.
    /// </summary>
    public int SearchSamples { get; init; } = 256;

    /// <summary>
    /// Bias correction (Nagel et al., 2019, empirical): rounding shifts the mean of what a channel gives; the shift is taken out of the
    /// bias, layer by layer.
    /// </summary>
    public bool BiasCorrection { get; init; }
}
