namespace Sample.Networks;

/// <summary>A network of docs/pruning.md.</summary>
/// <param name="Pattern">What is pruned as one.</param>
/// <param name="Amount">The declared share, in [0, 1].</param>
/// <param name="Network">The class.</param>
internal sealed record PrunedNetwork(string Pattern, double Amount, SampleNetwork Network)
{
    /// <summary>DigitLeNet, pattern by pattern; the first is not pruned.</summary>
    public static IReadOnlyList<PrunedNetwork> LeNets { get; } =
    [
        Of("none", 0, nameof(Unpruned), Unpruned.CreateTrainer, () => new Unpruned().Predict, path => Unpruned.Load(path).Predict),
        Of("weights", 0.5, nameof(Weights50), Weights50.CreateTrainer, () => new Weights50().Predict, path => Weights50.Load(path).Predict),
        Of("weights", 0.6, nameof(Weights60), Weights60.CreateTrainer, () => new Weights60().Predict, path => Weights60.Load(path).Predict),
        Of("weights", 0.8, nameof(Weights80), Weights80.CreateTrainer, () => new Weights80().Predict, path => Weights80.Load(path).Predict),
        Of("weights", 0.9, nameof(Weights90), Weights90.CreateTrainer, () => new Weights90().Predict, path => Weights90.Load(path).Predict),
        Of("weights", 0.95, nameof(Weights95), Weights95.CreateTrainer, () => new Weights95().Predict, path => Weights95.Load(path).Predict),
        Of("filters", 0.5, nameof(Filters50), Filters50.CreateTrainer, () => new Filters50().Predict, path => Filters50.Load(path).Predict),
        Of("filters", 0.6, nameof(Filters60), Filters60.CreateTrainer, () => new Filters60().Predict, path => Filters60.Load(path).Predict),
        Of("filters", 0.8, nameof(Filters80), Filters80.CreateTrainer, () => new Filters80().Predict, path => Filters80.Load(path).Predict),
        Of("filters", 0.9, nameof(Filters90), Filters90.CreateTrainer, () => new Filters90().Predict, path => Filters90.Load(path).Predict),
        Of("filters", 0.95, nameof(Filters95), Filters95.CreateTrainer, () => new Filters95().Predict, path => Filters95.Load(path).Predict),
        Of("blocks 16x4", 0.5, nameof(Blocks50), Blocks50.CreateTrainer, () => new Blocks50().Predict, path => Blocks50.Load(path).Predict),
        Of("blocks 16x4", 0.6, nameof(Blocks60), Blocks60.CreateTrainer, () => new Blocks60().Predict, path => Blocks60.Load(path).Predict),
        Of("blocks 16x4", 0.8, nameof(Blocks80), Blocks80.CreateTrainer, () => new Blocks80().Predict, path => Blocks80.Load(path).Predict),
        Of("blocks 16x4", 0.9, nameof(Blocks90), Blocks90.CreateTrainer, () => new Blocks90().Predict, path => Blocks90.Load(path).Predict),
        Of("blocks 16x4", 0.95, nameof(Blocks95), Blocks95.CreateTrainer, () => new Blocks95().Predict, path => Blocks95.Load(path).Predict),
        Of("2:4", 0.5, nameof(TwoOfFour), TwoOfFour.CreateTrainer, () => new TwoOfFour().Predict, path => TwoOfFour.Load(path).Predict),
        Of("1:4", 0.75, nameof(OneOfFour), OneOfFour.CreateTrainer, () => new OneOfFour().Predict, path => OneOfFour.Load(path).Predict),
        Of("4:8", 0.5, nameof(FourOfEight), FourOfEight.CreateTrainer, () => new FourOfEight().Predict, path => FourOfEight.Load(path).Predict),
        Of("1:8", 0.875, nameof(OneOfEight), OneOfEight.CreateTrainer, () => new OneOfEight().Predict, path => OneOfEight.Load(path).Predict),
    ];

    /// <summary>DigitResNet8, pattern by pattern; the first is not pruned.</summary>
    public static IReadOnlyList<PrunedNetwork> ResNets { get; } =
    [
        Of("none", 0, nameof(ResNetUnpruned), ResNetUnpruned.CreateTrainer, () => new ResNetUnpruned().Predict, path => ResNetUnpruned.Load(path).Predict),
        Of("weights", 0.5, nameof(ResNetWeights50), ResNetWeights50.CreateTrainer, () => new ResNetWeights50().Predict, path => ResNetWeights50.Load(path).Predict),
        Of("weights", 0.8, nameof(ResNetWeights80), ResNetWeights80.CreateTrainer, () => new ResNetWeights80().Predict, path => ResNetWeights80.Load(path).Predict),
        Of("weights", 0.9, nameof(ResNetWeights90), ResNetWeights90.CreateTrainer, () => new ResNetWeights90().Predict, path => ResNetWeights90.Load(path).Predict),
        Of("weights", 0.95, nameof(ResNetWeights95), ResNetWeights95.CreateTrainer, () => new ResNetWeights95().Predict, path => ResNetWeights95.Load(path).Predict),
        Of("filters", 0.5, nameof(ResNetFilters50), ResNetFilters50.CreateTrainer, () => new ResNetFilters50().Predict, path => ResNetFilters50.Load(path).Predict),
        Of("filters", 0.8, nameof(ResNetFilters80), ResNetFilters80.CreateTrainer, () => new ResNetFilters80().Predict, path => ResNetFilters80.Load(path).Predict),
        Of("filters", 0.9, nameof(ResNetFilters90), ResNetFilters90.CreateTrainer, () => new ResNetFilters90().Predict, path => ResNetFilters90.Load(path).Predict),
        Of("filters", 0.95, nameof(ResNetFilters95), ResNetFilters95.CreateTrainer, () => new ResNetFilters95().Predict, path => ResNetFilters95.Load(path).Predict),
        Of("blocks 16x4", 0.5, nameof(ResNetBlocks50), ResNetBlocks50.CreateTrainer, () => new ResNetBlocks50().Predict, path => ResNetBlocks50.Load(path).Predict),
        Of("blocks 16x4", 0.8, nameof(ResNetBlocks80), ResNetBlocks80.CreateTrainer, () => new ResNetBlocks80().Predict, path => ResNetBlocks80.Load(path).Predict),
        Of("blocks 16x4", 0.9, nameof(ResNetBlocks90), ResNetBlocks90.CreateTrainer, () => new ResNetBlocks90().Predict, path => ResNetBlocks90.Load(path).Predict),
        Of("blocks 16x4", 0.95, nameof(ResNetBlocks95), ResNetBlocks95.CreateTrainer, () => new ResNetBlocks95().Predict, path => ResNetBlocks95.Load(path).Predict),
        Of("2:4", 0.5, nameof(ResNetTwoOfFour), ResNetTwoOfFour.CreateTrainer, () => new ResNetTwoOfFour().Predict, path => ResNetTwoOfFour.Load(path).Predict),
        Of("4:8", 0.5, nameof(ResNetFourOfEight), ResNetFourOfEight.CreateTrainer, () => new ResNetFourOfEight().Predict, path => ResNetFourOfEight.Load(path).Predict),
        Of("1:4", 0.75, nameof(ResNetOneOfFour), ResNetOneOfFour.CreateTrainer, () => new ResNetOneOfFour().Predict, path => ResNetOneOfFour.Load(path).Predict),
        Of("1:8", 0.875, nameof(ResNetOneOfEight), ResNetOneOfEight.CreateTrainer, () => new ResNetOneOfEight().Predict, path => ResNetOneOfEight.Load(path).Predict),
        Of("branches", 1.0 / 3, nameof(ResNetLayers1), ResNetLayers1.CreateTrainer, () => new ResNetLayers1().Predict, path => ResNetLayers1.Load(path).Predict),
        Of("branches", 2.0 / 3, nameof(ResNetLayers2), ResNetLayers2.CreateTrainer, () => new ResNetLayers2().Predict, path => ResNetLayers2.Load(path).Predict),
    ];

    private static PrunedNetwork Of(
        string pattern, double amount, string name, Func<int, Trainer> create, Func<PredictBytes> compiled, Func<string, PredictBytes> load) =>
        new(pattern, amount, new SampleNetwork(name, name, create, compiled, load));
}
