namespace CompileTime.Training;

/// <summary>Where training stands between two batches. With the parameters and the optimizer's state it is all that the rest depends
/// on.</summary>
internal sealed class FitState
{
    /// <summary>Batches ever trained; dropout depends on it.</summary>
    public long Steps { get; set; }

    /// <summary>Epochs ever completed; the order of samples depends on it.</summary>
    public long EpochsEver { get; set; }

    /// <summary>Epochs of the current Fit that are complete.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches of the current epoch that are done.</summary>
    public int Batch { get; set; }

    public int BatchSize { get; set; }

    public int Samples { get; set; }

    /// <summary>Sum over the samples of the current epoch.</summary>
    public double LossSum { get; set; }

    /// <summary>Epoch of the best validation, from 1; 0 before the first.</summary>
    public int BestEpoch { get; set; }

    public double BestMetric { get; set; }

    public bool StoppedEarly { get; set; }

    /// <summary>Values of all parameters and buffers at <see cref="BestEpoch"/>; null before it.</summary>
    public float[][]? BestValues { get; set; }

    /// <summary>The ranges of quantization-aware training at <see cref="BestEpoch"/>; null before it, and without.</summary>
    public float[][]? BestRanges { get; set; }

    /// <summary>What no training leaves behind; null if nothing is.</summary>
    public string? Problem()
    {
        if (Steps < 0 || EpochsEver < 0 || Epoch < 0 || Batch < 0 || BatchSize < 0 || Samples < 0 || BestEpoch < 0)
            return "one of its counts is negative.";
        if ((long)Batch * BatchSize >= (long)Samples + BatchSize && Batch > 0)
            return $"{Batch} batches of {BatchSize} are more than {Samples} samples.";
        if (BestEpoch > Epoch)
            return $"epoch {BestEpoch} was the best of {Epoch}.";
        return double.IsFinite(LossSum) && !double.IsNaN(BestMetric) ? null : "its loss or its best result is no number.";
    }

    /// <summary>Forgets the Fit, keeps what spans Fits.</summary>
    public void Restart()
    {
        (Epoch, Batch, LossSum, BestEpoch, BestMetric, StoppedEarly, BestValues, BestRanges) = (0, 0, 0, 0, 0, false, null, null);
    }
}
