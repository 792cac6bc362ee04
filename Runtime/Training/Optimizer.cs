namespace CompileTime;

/// <summary>
/// How gradients change weights. An optimizer holds settings only; its running state (momentum, moments) belongs to the
/// <see cref="Trainer"/>, goes into checkpoints, and continues in the next Fit as long as that uses the same kind of optimizer.
/// </summary>
public abstract class Optimizer
{
    private protected Optimizer(float learningRate, float weightDecay)
    {
        if (!(learningRate >= 0) || !float.IsFinite(learningRate))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "The learning rate must be finite and not negative.");
        if (!(weightDecay >= 0) || !float.IsFinite(weightDecay))
            throw new ArgumentOutOfRangeException(nameof(weightDecay), weightDecay, "The weight decay must be finite and not negative.");
        LearningRate = learningRate;
        WeightDecay = weightDecay;
    }

    /// <summary>The step size before a <see cref="LearningRateSchedule"/> is applied.</summary>
    public float LearningRate { get; }

    /// <summary>This times the weight is added to each gradient (L2), biases and normalization included, as in PyTorch.</summary>
    public float WeightDecay { get; }

    /// <summary>Names the layout of the state in checkpoints.</summary>
    internal abstract string Kind { get; }

    /// <summary>How many numbers of state each weight has, at most 2.</summary>
    internal abstract int Slots { get; }

    /// <summary>One step on some elements of a parameter. <paramref name="step"/> counts from 1.</summary>
    internal abstract void Update(Span<float> value, ReadOnlySpan<float> gradient, Span<float> slot0, Span<float> slot1, double rate,
        long step);
}
