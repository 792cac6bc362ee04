namespace CompileTime;

/// <summary>
/// When a Fit prunes, and how far towards the amounts that the attributes declare: <see cref="FitOptions.Pruning"/>. Amounts are counted
/// from
/// the unpruned network, so that at the end of the schedule it is what is declared, whatever was pruned before.
/// </summary>
public abstract record PruningSchedule
{
    private protected PruningSchedule()
    {
    }

    /// <summary>Whether something is pruned before the batch <paramref name="step"/> of the Fit, counted from 0.</summary>
    internal abstract bool IsDue(long step, int batches);

    /// <summary>The fraction that is to be pruned by then, on the way to <paramref name="amount"/>.</summary>
    internal abstract double Amount(double amount, long step, int batches);

    /// <summary>The part, in [0, 1], of what is not a fraction: numbers, thresholds, N:M.</summary>
    internal abstract double Part(long step, int batches);

    /// <summary>The last batch before which something is pruned.</summary>
    internal abstract long LastStep(int batches);

    /// <summary>What begins anew with each round of pruning.</summary>
    internal virtual Rewind Rewinds => Rewind.Nothing;

    /// <summary>The epochs, from and before, over which the learning rate follows its schedule once.</summary>
    internal virtual (int From, int To) Round(int epoch, int epochs) => (0, epochs);

    /// <summary>Throws an ArgumentException that says what is wrong.</summary>
    internal void Check(FitOptions options)
    {
        var last = LastStep(1);
        if (last >= options.Epochs)
            throw new ArgumentException(
                $"{GetType().Name} prunes up to the beginning of epoch {last + 1}, and Fit has {options.Epochs}: give it more Epochs, of " +
                "which the last ones train what is left.", nameof(options));
        if (Rewinds == Rewind.LearningRate && options.Schedule is null)
            throw new ArgumentException("Rewind.LearningRate needs a Schedule: without one there is nothing to rewind.", nameof(options));
    }

    private protected static int AtLeast(int least, int value, string name) => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {least}.");
}

/// <summary>What begins anew after each round of <see cref="Iterative"/> pruning.</summary>
public enum Rewind
{
    /// <summary>Training just goes on.</summary>
    Nothing,

    /// <summary>The schedule of the learning rate, over the epochs of the round (learning-rate rewinding, Renda, Frankle and Carbin
    /// 2020).</summary>
    LearningRate,

    /// <summary>
    /// The weights that are left return to their initial values, and the optimizer and the schedule of the learning rate begin anew
    /// (lottery tickets, Frankle and Carbin 2019). See <see cref="Trainer.RewindWeights()"/>.
    /// </summary>
    Weights,
}

/// <summary>Prunes once, as <see cref="Trainer.Prune"/> would.</summary>
/// <param name="Epoch">Before which epoch, counted from 0.</param>
public sealed record OneShot(int Epoch = 0) : PruningSchedule
{
    /// <inheritdoc cref="OneShot(int)"/>
    public int Epoch { get; init; } = AtLeast(0, Epoch, nameof(Epoch));

    internal override bool IsDue(long step, int batches) => step == LastStep(batches);

    internal override double Amount(double amount, long step, int batches) => amount;

    internal override double Part(long step, int batches) => 1;

    internal override long LastStep(int batches) => (long)Epoch * batches;
}

/// <summary>
/// Prunes in rounds, of which each prunes the same fraction of what is left, with training in between: after round k of n the amount is
/// <c>1 - (1 - a)^(k / n)</c>. Needs <c>StartEpoch + Rounds * EpochsBetween</c> epochs for each round to be trained.
/// </summary>
/// <param name="Rounds">At least 1.</param>
/// <param name="EpochsBetween">Epochs from one round to the next, at least 1.</param>
/// <param name="StartEpoch">Before which epoch the first round is, counted from 0; 0 for a network that is trained already.</param>
public sealed record Iterative(int Rounds, int EpochsBetween = 1, int StartEpoch = 0) : PruningSchedule
{
    /// <inheritdoc cref="Iterative(int, int, int)"/>
    public int Rounds { get; init; } = AtLeast(1, Rounds, nameof(Rounds));

    /// <inheritdoc cref="Iterative(int, int, int)"/>
    public int EpochsBetween { get; init; } = AtLeast(1, EpochsBetween, nameof(EpochsBetween));

    /// <inheritdoc cref="Iterative(int, int, int)"/>
    public int StartEpoch { get; init; } = AtLeast(0, StartEpoch, nameof(StartEpoch));

    /// <summary>What begins anew after each round. Default nothing.</summary>
    public Rewind Rewind { get; init; }

    internal override Rewind Rewinds => Rewind;

    internal override bool IsDue(long step, int batches) => step >= (long)StartEpoch * batches && step <= LastStep(batches)
        && (step - ((long)StartEpoch * batches)) % ((long)EpochsBetween * batches) == 0;

    internal override double Amount(double amount, long step, int batches) => 1 - Math.Pow(1 - amount, Part(step, batches));

    internal override double Part(long step, int batches) =>
        (((step - ((double)StartEpoch * batches)) / ((double)EpochsBetween * batches)) + 1) / Rounds;

    internal override long LastStep(int batches) => (StartEpoch + ((Rounds - 1L) * EpochsBetween)) * batches;

    internal override (int From, int To) Round(int epoch, int epochs)
    {
        if (Rewind == Rewind.Nothing)
            return (0, epochs);
        if (epoch < StartEpoch)
            return (0, StartEpoch);
        var round = Math.Min((epoch - StartEpoch) / EpochsBetween, Rounds - 1);
        var from = StartEpoch + (round * EpochsBetween);
        return (from, round == Rounds - 1 ? epochs : from + EpochsBetween);
    }
}

/// <summary>
/// Prunes a little every few batches, fast at first and slower towards the end: <c>s = a + (i - a) (1 - (t - t0) / (n dt))^3</c> (Zhu and
/// Gupta
/// 2017, To prune, or not to prune).
/// </summary>
/// <param name="StartEpoch">Before which epoch the first batch is that is pruned before, counted from 0.</param>
/// <param name="EndEpoch">Before which epoch the declared amount is reached; more than <paramref name="StartEpoch"/>.</param>
/// <param name="Frequency">Batches from one pruning to the next (dt), at least 1.</param>
public sealed record Gradual(int StartEpoch, int EndEpoch, int Frequency = 100) : PruningSchedule
{
    /// <inheritdoc cref="Gradual(int, int, int)"/>
    public int StartEpoch { get; init; } = AtLeast(0, StartEpoch, nameof(StartEpoch));

    /// <inheritdoc cref="Gradual(int, int, int)"/>
    public int EndEpoch { get; init; } = AtLeast(StartEpoch + 1, EndEpoch, nameof(EndEpoch));

    /// <inheritdoc cref="Gradual(int, int, int)"/>
    public int Frequency { get; init; } = AtLeast(1, Frequency, nameof(Frequency));

    /// <summary>The fraction that the first pruning takes (i), in [0, 1). Default 0.</summary>
    public double InitialAmount
    {
        get;
        init => field = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "InitialAmount must be at least 0 and below 1.");
    }

    internal override bool IsDue(long step, int batches)
    {
        var since = step - ((long)StartEpoch * batches);
        return since >= 0 && step <= LastStep(batches) && (since % Frequency == 0 || step == LastStep(batches));
    }

    internal override double Amount(double amount, long step, int batches) =>
        amount + (Math.Min(InitialAmount - amount, 0) * Rest(step, batches));

    internal override double Part(long step, int batches) => Amount(1, step, batches);

    internal override long LastStep(int batches) => (long)EndEpoch * batches;

    // n dt is the whole way: where dt does not divide it, the last pruning comes a little sooner after the one before.
    private double Rest(long step, int batches)
    {
        var rest = 1 - ((step - ((double)StartEpoch * batches)) / ((double)(EndEpoch - StartEpoch) * batches));
        return rest * rest * rest;
    }
}
