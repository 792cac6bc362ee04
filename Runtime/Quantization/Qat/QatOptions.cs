namespace CompileTime;

/// <summary>Which scales the weights and values of a network get that was trained with fake quantization.</summary>
public enum ScaleMode
{
    /// <summary>
    /// The very scales it was trained with: the int8 network computes what the last evaluation did, but for rounding. Filters with weights
    /// of one sign are trained symmetric, as int8 weights are.
    /// </summary>
    AsTrained,

    /// <summary>
    /// Those of torch.ao.quantization.convert, to the byte: computed anew from the observed ranges by another formula than the one that was
    /// trained with (weights' scales differ by half a percent), after the folded weights have moved their observers once more.
    /// </summary>
    TorchConvert,
}

/// <summary>How <see cref="Trainer.PrepareQat"/> prepares a network, and what happens to it while it is trained.</summary>
public sealed class QatOptions
{
    /// <summary>Which scales Convert gives. Default <see cref="CompileTime.ScaleMode.AsTrained"/>.</summary>
    public ScaleMode ScaleMode { get; set; } = ScaleMode.AsTrained;

    /// <summary>
    /// The version of get_default_qat_qconfig: 1, the default, finds scales by the fused kernel (FusedMovingAvgObsFakeQuantize), 0 by
    /// the observer's formula (FakeQuantize).
    /// </summary>
    public int QConfigVersion { get; set; } = 1;

    /// <summary>
    /// After how many epochs the ranges stay as they are (<see cref="Trainer.FreezeObservers"/>), counted from PrepareQat over all Fits, at
    /// least 1; null for never.
    /// </summary>
    public int? FreezeObserversAfter { get; set; }

    /// <summary>
    /// After how many epochs batch normalization keeps its running statistics and uses them (<see cref="Trainer.FreezeBatchNorm"/>),
    /// counted from PrepareQat over all Fits; 0 for from the start, null for never.
    /// </summary>
    public int? FreezeBatchNormAfter { get; set; }

    /// <summary>Throws an ArgumentException that says what is wrong.</summary>
    internal void Check()
    {
        if (!Enum.IsDefined(ScaleMode))
            throw new ArgumentException($"{ScaleMode} is not a scale mode.", "options");
        if (QConfigVersion is not (0 or 1))
            throw new ArgumentException($"QConfigVersion is {QConfigVersion}; PyTorch has 0 and 1.", "options");
        if (FreezeObserversAfter < 1)
            throw new ArgumentException(
                $"FreezeObserversAfter is {FreezeObserversAfter}; observers must see at least 1 epoch to have ranges.", "options");
        if (FreezeBatchNormAfter < 0)
            throw new ArgumentException($"FreezeBatchNormAfter is {FreezeBatchNormAfter}; it must be at least 0.", "options");
    }

    internal QatOptions Copy() => (QatOptions)MemberwiseClone();
}
