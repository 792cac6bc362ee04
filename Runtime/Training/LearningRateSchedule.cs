namespace CompileTime;

/// <summary>How the learning rate changes within a Fit, batch by batch. Derive from it for a schedule of your own.</summary>
public abstract class LearningRateSchedule
{
    /// <summary>The factor on the optimizer's learning rate for a batch.</summary>
    /// <param name="step">Batches done in this Fit before the one in question.</param>
    /// <param name="stepsPerEpoch">Batches in an epoch.</param>
    /// <param name="epochs">Epochs in this Fit.</param>
    /// <returns>A finite factor, at least 0.</returns>
    public abstract double Factor(int step, int stepsPerEpoch, int epochs);

    /// <summary>Multiplies the rate by <paramref name="gamma"/> after every <paramref name="every"/> epochs, as torch's StepLR.</summary>
    /// <param name="every">Epochs between changes, at least 1.</param>
    /// <param name="gamma">The factor, above 0.</param>
    public static LearningRateSchedule Step(int every, double gamma = 0.1) => new StepSchedule(every, gamma);

    /// <summary>Half a cosine from 1 down to <paramref name="final"/> over the whole Fit.</summary>
    /// <param name="final">The last factor, in [0, 1].</param>
    public static LearningRateSchedule Cosine(double final = 0) => new CosineSchedule(final);

    /// <summary>
    /// Half a cosine up from <paramref name="initial"/> to 1, then half a cosine down to <paramref name="final"/>: the optimizer's rate is
    /// the largest, as in torch's OneCycleLR (momentum stays as it is).
    /// </summary>
    /// <param name="rise">The share of the Fit in which the rate rises, in (0, 1).</param>
    /// <param name="initial">The first factor, in [0, 1].</param>
    /// <param name="final">The last factor, in [0, 1].</param>
    public static LearningRateSchedule OneCycle(double rise = 0.3, double initial = 0.04, double final = 4e-6) =>
        new OneCycleSchedule(rise, initial, final);

    /// <summary>Rises linearly over the first epochs; another schedule, or the full rate, applies meanwhile and afterwards.</summary>
    /// <param name="epochs">Epochs of rising, at least 1.</param>
    /// <param name="then">What the rising is multiplied with; null for 1.</param>
    public static LearningRateSchedule WarmUp(int epochs, LearningRateSchedule? then = null) => new WarmUpSchedule(epochs, then);

    private static double Share(double value, string name) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A factor must be at least 0 and at most 1.");

    private static double Cosine(double from, double to, double position) => to + ((from - to) * (1 + Math.Cos(Math.PI * position)) / 2);

    // 0 at the first batch, 1 at the last.
    private static double Position(int step, int stepsPerEpoch, int epochs) => step / Math.Max(1.0, ((double)stepsPerEpoch * epochs) - 1);

    private sealed class StepSchedule : LearningRateSchedule
    {
        private readonly int _every;
        private readonly double _gamma;

        public StepSchedule(int every, double gamma)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
            if (!(gamma > 0) || !double.IsFinite(gamma))
                throw new ArgumentOutOfRangeException(nameof(gamma), gamma, "The factor must be finite and above 0.");
            (_every, _gamma) = (every, gamma);
        }

        public override double Factor(int step, int stepsPerEpoch, int epochs) => Math.Pow(_gamma, step / stepsPerEpoch / _every);
    }

    private sealed class CosineSchedule(double final) : LearningRateSchedule
    {
        private readonly double _final = Share(final, nameof(final));

        public override double Factor(int step, int stepsPerEpoch, int epochs) => Cosine(1, _final, Position(step, stepsPerEpoch, epochs));
    }

    private sealed class OneCycleSchedule(double rise, double initial, double final) : LearningRateSchedule
    {
        private readonly double _initial = Share(initial, nameof(initial));
        private readonly double _final = Share(final, nameof(final));
        private readonly double _rise = rise is > 0 and < 1
            ? rise
            : throw new ArgumentOutOfRangeException(nameof(rise), rise, "The rising share must be above 0 and below 1.");

        public override double Factor(int step, int stepsPerEpoch, int epochs)
        {
            var position = Position(step, stepsPerEpoch, epochs);
            return position < _rise ? Cosine(_initial, 1, position / _rise) : Cosine(1, _final, (position - _rise) / (1 - _rise));
        }
    }

    private sealed class WarmUpSchedule : LearningRateSchedule
    {
        private readonly int _epochs;
        private readonly LearningRateSchedule? _then;

        public WarmUpSchedule(int epochs, LearningRateSchedule? then)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
            (_epochs, _then) = (epochs, then);
        }

        public override double Factor(int step, int stepsPerEpoch, int epochs) =>
            Math.Min(1, (step + 1) / ((double)_epochs * stepsPerEpoch)) * (_then?.Factor(step, stepsPerEpoch, epochs) ?? 1);
    }
}
