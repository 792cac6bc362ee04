namespace Sample.Networks;

/// <summary>A network of docs/pruning.md.</summary>
/// <param name="Pattern">What is pruned as one.</param>
/// <param name="Amount">The declared share, in [0, 1].</param>
/// <param name="Network">The class.</param>
internal sealed record PrunedNetwork(string Pattern, double Amount, SampleNetwork Network)
{
    /// <summary>All of them, pattern by pattern.</summary>
    public static IReadOnlyList<PrunedNetwork> All { get; } =
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
    ];

    private static PrunedNetwork Of(
        string pattern, double amount, string name, Func<int, Trainer> create, Func<PredictBytes> compiled, Func<string, PredictBytes> load) =>
        new(pattern, amount, new SampleNetwork(name, name, create, compiled, load));
}
