using System.Globalization;
using CompileTime.Pruning;
using CompileTime.Shared;

namespace CompileTime;

/// <summary>How <see cref="Trainer.Fit"/> trains.</summary>
public sealed class FitOptions
{
    /// <summary>How often every sample is seen; at least 1. Default 1.</summary>
    public int Epochs { get; set; } = 1;

    /// <summary>Samples per step; at least 1. The last batch of an epoch may be smaller. Default 64.</summary>
    public int BatchSize { get; set; } = 64;

    /// <summary>How gradients change weights. Default Adam with a learning rate of 0.001.</summary>
    public Optimizer Optimizer { get; set; } = new Adam(1e-3f);

    /// <summary>What is minimised. Default cross-entropy.</summary>
    public Loss Loss { get; set; } = Loss.CrossEntropy;

    /// <summary>How the learning rate changes; null for not at all.</summary>
    public LearningRateSchedule? Schedule { get; set; }

    /// <summary>
    /// When to prune towards what the [Prune] attributes declare: <see cref="OneShot"/>, <see cref="Iterative"/> or <see cref="Gradual"/>;
    /// null for not at all. Early stopping judges epochs only after the last pruning.
    /// </summary>
    public PruningSchedule? Pruning { get; set; }

    /// <summary>Evaluated after every epoch.</summary>
    public Dataset? Validation { get; set; }

    /// <summary>Ends training when the validation does not improve; needs <see cref="Validation"/>.</summary>
    public EarlyStopping? EarlyStopping { get; set; }

    /// <summary>Told after every batch, on the training thread.</summary>
    public IProgress<FitProgress>? Progress { get; set; }

    /// <summary>Whether each epoch has its own order of samples (from the trainer's seed). Default true.</summary>
    public bool Shuffle { get; set; } = true;

    /// <summary>A file that gets a checkpoint after every epoch; null for none.</summary>
    public string? CheckpointPath { get; set; }

    /// <summary>
    /// Whether to go on where the last Fit was cancelled, or where the loaded checkpoint was saved, up to <see cref="Epochs"/> in all.
    /// With the same data and options the result is the same, bit for bit, as without the interruption. Starts from the beginning
    /// where there is nothing to go on with. Default false.
    /// </summary>
    public bool Resume { get; set; }

    /// <summary><c>10 epochs, batches of 64, Adam with learning rate 0.001, CrossEntropy</c>, and what else is set.</summary>
    public override string ToString()
    {
        var basics = string.Create(CultureInfo.InvariantCulture, $"{Epochs} {(Epochs == 1 ? "epoch" : "epochs")}, batches of {BatchSize}, "
            + $"{Optimizer?.GetType().Name ?? "no optimizer"} with learning rate {Optimizer?.LearningRate}, {Loss}");
        List<string?> parts =
        [
            basics,
            Schedule is null ? null : "a learning rate schedule",
            Pruning?.ToString(),
            Validation is null ? null : "validation on " + Validation,
            EarlyStopping?.ToString(),
            Shuffle ? null : "not shuffled",
            CheckpointPath is null ? null : $"checkpoints in '{CheckpointPath}'",
            Resume ? "resumed" : null,
        ];
        return string.Join(", ", parts.Where(part => part is not null));
    }

    /// <summary>Throws an ArgumentException that says what is wrong.</summary>
    internal void Check(Dataset train, NetworkDefinition definition)
    {
        if (Epochs < 1)
            throw new ArgumentException($"Epochs is {Epochs}; it must be at least 1.", "options");
        if (BatchSize < 1)
            throw new ArgumentException($"BatchSize is {BatchSize}; it must be at least 1.", "options");
        ArgumentNullException.ThrowIfNull(Optimizer);
        if (!Enum.IsDefined(Loss))
            throw new ArgumentException($"{Loss} is not a loss.", "options");
        if (EarlyStopping is not null && Validation is null)
            throw new ArgumentException("EarlyStopping needs Validation: the data on which improvement is measured.", "options");
        if (Pruning is not null && !PruningPlan.IsDeclared(definition))
            throw new ArgumentException(
                $"{definition.ModelName} declares nothing to prune: add [Prune(0.6, L1)] to the class or to a layer, or set Pruning to "
                    + "null.",
                "options");
        Pruning?.Check(this);
        if (Loss == Loss.CrossEntropy && !train.HasLabels)
            throw new ArgumentException("Cross-entropy needs labels, and the data has targets: set Loss = Loss.MeanSquaredError.",
                "options");
        train.CheckFits(definition, "train");
        Validation?.CheckFits(definition, "options");
        var single = train.Count % BatchSize == 1 || BatchSize == 1;
        foreach (var layer in definition.Layers)
        {
            if (single && layer.Kind == LayerKind.BatchNorm && layer.InputShape.Positions == 1)
                throw new ArgumentException(
                    $"{train.Count} samples in batches of {BatchSize} leave a batch of a single sample, for which batch normalization " +
                    $"({layer.Name}) is undefined: choose another BatchSize or number of samples.", "options");
        }
    }
}

/// <summary>
/// Ends training when <paramref name="Patience"/> epochs in a row bring no improvement on the validation data; the weights of the best
/// epoch are restored.
/// </summary>
/// <param name="Patience">Epochs without improvement that are put up with, at least 1.</param>
/// <param name="MinDelta">How much accuracy must rise (or mean squared error fall) to count as improvement; at least 0.</param>
public sealed record EarlyStopping(int Patience, double MinDelta = 0)
{
    /// <inheritdoc cref="EarlyStopping(int, double)"/>
    public int Patience { get; init; } = Patience >= 1
        ? Patience
        : throw new ArgumentOutOfRangeException(nameof(Patience), Patience, "Patience must be at least 1.");

    /// <inheritdoc cref="EarlyStopping(int, double)"/>
    public double MinDelta { get; init; } = MinDelta >= 0
        ? MinDelta
        : throw new ArgumentOutOfRangeException(nameof(MinDelta), MinDelta, "MinDelta must be at least 0.");
}

/// <summary>How far a Fit has come; told after every batch.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Epochs">Epochs in this Fit.</param>
/// <param name="Batch">The batch within the epoch, counted from 1.</param>
/// <param name="Batches">Batches per epoch.</param>
/// <param name="Loss">Mean loss of the epoch so far.</param>
/// <param name="LearningRate">The rate of the last step.</param>
/// <param name="ValidationAccuracy">After the last batch of an epoch with validation: <see cref="Trainer.Evaluate"/> of it; else
/// null.</param>
/// <param name="Sparsity">The share of pruned weights in the last step: <see cref="Trainer.Sparsity"/>.</param>
public sealed record FitProgress(int Epoch, int Epochs, int Batch, int Batches, double Loss, double LearningRate,
    double? ValidationAccuracy, double Sparsity = 0)
{
    /// <summary><c>epoch 2/10, batch 300/938, loss 0.2113</c>, and what else there is to tell.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"epoch {Epoch}/{Epochs}, batch {Batch}/{Batches}, loss {Loss:G4}, learning rate {LearningRate:G4}")
        + (ValidationAccuracy is { } validation ? string.Create(CultureInfo.InvariantCulture, $", validation {validation:G4}") : "")
        + (Sparsity > 0 ? string.Create(CultureInfo.InvariantCulture, $", sparsity {Sparsity:G4}") : "");
}

/// <summary>One epoch of a Fit.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Loss">Mean loss over its samples, each at the time of its batch.</param>
/// <param name="ValidationAccuracy"><see cref="Trainer.Evaluate"/> on the validation data; null without.</param>
public sealed record EpochResult(int Epoch, double Loss, double? ValidationAccuracy);

/// <summary>What a Fit did.</summary>
/// <param name="Epochs">The epochs that this call completed.</param>
/// <param name="StoppedEarly">Whether <see cref="EarlyStopping"/> ended it.</param>
/// <param name="BestEpoch">With early stopping the epoch whose weights were kept, counted from 1; else the last.</param>
public sealed record FitResult(IReadOnlyList<EpochResult> Epochs, bool StoppedEarly, int BestEpoch)
{
    /// <summary>The last epoch's mean loss; NaN when no epoch was left to do.</summary>
    public double Loss => Epochs.Count > 0 ? Epochs[^1].Loss : double.NaN;

    /// <summary>The last epoch's validation result; null without validation.</summary>
    public double? ValidationAccuracy => Epochs.Count > 0 ? Epochs[^1].ValidationAccuracy : null;

    /// <summary><c>10 epochs, loss 0.0521, validation 0.984</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epochs.Count} epochs, loss {Loss:G4}")
        + (ValidationAccuracy is { } validation ? string.Create(CultureInfo.InvariantCulture, $", validation {validation:G4}") : "")
        + (StoppedEarly ? string.Create(CultureInfo.InvariantCulture, $", stopped early: the weights of epoch {BestEpoch} were kept") : "");
}
