using Sample.Networks;

namespace Sample.Pipeline;

/// <summary>How long and how fast a network learns.</summary>
/// <param name="Epochs">Passes over the training data before pruning.</param>
/// <param name="FineTuneEpochs">Passes after it.</param>
/// <param name="LearningRate">Adam's at the start; it falls to 0 along a cosine.</param>
/// <param name="FineTuneRate">The same after pruning, where big steps would undo what was learnt.</param>
internal sealed record Recipe(int Epochs, int FineTuneEpochs, float LearningRate = 2e-3f, float FineTuneRate = 1e-3f)
{
    private const int BatchSize = 64;

    /// <summary>Well under a minute on two cores, except for the residual network, which takes two.</summary>
    public static Recipe ForDemo(SampleNetwork network, int? epochs)
    {
        var recipe = network.Name switch
        {
            "mlp" => new Recipe(8, 4),
            "lenet" => new Recipe(4, 2),
            _ => new Recipe(2, 1),
        };
        return epochs is { } given ? recipe with { Epochs = given } : recipe;
    }

    /// <summary>Long enough for the accuracies that docs/results.md promises.</summary>
    public static Recipe ForResults { get; } = new(12, 5);

    /// <summary>Options of the first training.</summary>
    public FitOptions Training(IProgress<FitProgress> progress) => Options(Epochs, LearningRate, progress);

    /// <summary>Options of the training after pruning.</summary>
    public FitOptions FineTuning(IProgress<FitProgress> progress) => Options(FineTuneEpochs, FineTuneRate, progress);

    private static FitOptions Options(int epochs, float learningRate, IProgress<FitProgress> progress) => new()
    {
        Epochs = epochs,
        BatchSize = BatchSize,
        Optimizer = new Adam(learningRate),
        Schedule = LearningRateSchedule.Cosine(),
        Progress = progress,
    };
}
