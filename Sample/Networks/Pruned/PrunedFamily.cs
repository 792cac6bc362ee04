namespace Sample.Networks;

/// <summary>One network of docs/pruning.md in all its patterns, and how it is trained.</summary>
/// <param name="Name">The network.</param>
/// <param name="FileName">What its plots are called.</param>
/// <param name="Networks">The first is not pruned; the others come from it.</param>
/// <param name="TrainImages">Of Fashion-MNIST.</param>
/// <param name="Epochs">Before pruning.</param>
/// <param name="FineTuneEpochs">After it.</param>
internal sealed record PrunedFamily(
    string Name, string FileName, IReadOnlyList<PrunedNetwork> Networks, int TrainImages, int Epochs, int FineTuneEpochs)
{
    /// <summary>In the order of the document. The residual network takes longer to train, and is trained with less.</summary>
    public static IReadOnlyList<PrunedFamily> All { get; } =
    [
        new("DigitLeNet", "pruning", PrunedNetwork.LeNets, TrainImages: 60_000, Epochs: 4, FineTuneEpochs: 1),
        new("DigitResNet8", "pruning-resnet8", PrunedNetwork.ResNets, TrainImages: 6_000, Epochs: 4, FineTuneEpochs: 1),
    ];
}
