using CompileTime.Shared;

namespace CompileTime.Benchmarks.Networks;

/// <summary>
/// A way to prune, under the name of the command line and of the tables. It takes the place of what the class declares.
/// </summary>
/// <param name="Name">For example <c>90 %</c>.</param>
/// <param name="Rule">What every layer that can follow it is pruned by, as if it stood on the class; null for none.</param>
internal sealed record Variant(string Name, PruneRule? Rule)
{
    private static readonly PruneRule s_half = new("L1", 0.5, IsCount: false, IsGlobal: false);

    /// <summary>
    /// Those of <c>compare</c>. Each layer by itself: the weights are untrained, and a ranking of all together would say nothing about
    /// where a trained network keeps its own.
    /// </summary>
    public static IReadOnlyList<Variant> All { get; } =
    [
        new("dense", null),
        Weights(0.6), Weights(0.8), Weights(0.9), Weights(0.95),
        new("filters 50 %", s_half with { Dim = 0, IsFilter = true }),
        new("blocks 80 %", s_half with { Amount = 0.8, BlockRows = 16, BlockColumns = 4 }),
        new("2:4", new PruneRule("L1", 0, IsCount: false, IsGlobal: false) { Keep = 2, Of = 4 }),
    ];

    public bool IsFilters => Rule is { IsFilter: true };

    /// <summary>The network with the rule on every layer that can follow it, and no other.</summary>
    public NetworkDefinition Of(NetworkDefinition definition)
    {
        var last = definition.Layers.Last(layer => layer.HasWeight);
        var branches = ResidualBranch.Of(definition.Layers).Select(branch => definition.Layers[branch.Last]).ToList();
        return definition with
        {
            Layers = [.. definition.Layers.Select(layer => layer with { Prune = CanFollow(layer) ? Rule : null })],
        };

        // Of filters the outputs stay. Nobody prunes the few weights of depthwise layers; N:M needs inputs that divide.
        bool CanFollow(LayerDefinition layer) => layer.HasWeight && Rule is { } rule
            && (rule.IsFilter ? layer != last : layer.Groups == 1)
            && !(rule.IsNofM && layer.WeightShape[1] % rule.Of != 0)
            && (!rule.IsLayer || branches.Contains(layer));
    }

    private static Variant Weights(double amount) =>
        new($"{amount * 100:0} %", new PruneRule("L1", amount, IsCount: false, IsGlobal: false));
}
