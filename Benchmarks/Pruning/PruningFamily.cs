using Sample.Networks;

namespace CompileTime.Benchmarks.Pruning;

/// <summary>One network of docs/pruning.md in all its patterns, and how it is trained.</summary>
/// <param name="Name">The network.</param>
/// <param name="FileName">What its plots are called.</param>
/// <param name="CreateTrainer">From a seed.</param>
/// <param name="Patterns">The first prunes nothing; the others start from its weights.</param>
/// <param name="TrainImages">Of Fashion-MNIST.</param>
internal sealed record PruningFamily(
    string Name, string FileName, Func<int, Trainer> CreateTrainer, IReadOnlyList<PruningPattern> Patterns, int TrainImages)
{
    /// <summary>Before pruning.</summary>
    public const int Epochs = 4;

    /// <summary>After it.</summary>
    public const int FineTuneEpochs = 1;

    private static readonly double[] s_five = [0.5, 0.6, 0.8, 0.9, 0.95];
    private static readonly double[] s_four = [0.5, 0.8, 0.9, 0.95];

    private static readonly PruningPattern[] s_groups =
        [PruningPattern.NofM(2, 4), PruningPattern.NofM(4, 8), PruningPattern.NofM(1, 4), PruningPattern.NofM(1, 8)];

    /// <summary>In the order of the document. The residual network takes longer to train, and is trained with less.</summary>
    public static IReadOnlyList<PruningFamily> All { get; } =
    [
        new(nameof(DigitLeNet), "pruning", DigitLeNet.CreateTrainer,
            [
                PruningPattern.None, .. PruningPattern.Weights(s_five), .. PruningPattern.Filters(s_five),
                .. PruningPattern.Blocks(16, 4, s_five), .. s_groups,
            ],
            TrainImages: 60_000),
        new(nameof(DigitResNet8), "pruning-resnet8", DigitResNet8.CreateTrainer,
            [
                PruningPattern.None, .. PruningPattern.Weights(s_four), .. PruningPattern.Filters(s_four),
                .. PruningPattern.Blocks(16, 4, s_four), .. s_groups, PruningPattern.Branches(1, of: 3), PruningPattern.Branches(2, of: 3),
            ],
            TrainImages: 6_000),
    ];
}
