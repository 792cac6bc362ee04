using CompileTime.Benchmarks.Networks;
using CompileTime.Shared;

namespace CompileTime.Benchmarks.Pruning;

/// <summary>What a row of the tables prunes: all layers together, as an attribute on the class does.</summary>
/// <param name="Name">What is pruned as one.</param>
/// <param name="Amount">The share of it, in [0, 1].</param>
/// <param name="Rule">Null for none.</param>
internal sealed record PruningPattern(string Name, double Amount, PruneRule? Rule)
{
    /// <summary>The network that all others come from.</summary>
    public static PruningPattern None { get; } = new("none", 0, null);

    /// <summary>The line of the plots that it is a point of.</summary>
    public string Line => Rule is { IsNofM: true } ? "N:M" : Name;

    /// <summary>The way to prune.</summary>
    public Variant Variant => new(Name, Rule);

    public static IEnumerable<PruningPattern> Weights(params IEnumerable<double> amounts) => amounts.Select(amount =>
        new PruningPattern("weights", amount, Share(amount)));

    public static IEnumerable<PruningPattern> Filters(params IEnumerable<double> amounts) => amounts.Select(amount =>
        new PruningPattern("filters", amount, Share(amount) with { IsFilter = true, Dim = 0 }));

    public static IEnumerable<PruningPattern> Blocks(int rows, int columns, params IEnumerable<double> amounts) => amounts.Select(amount =>
        new PruningPattern($"blocks {rows}x{columns}", amount, Share(amount) with { BlockRows = rows, BlockColumns = columns }));

    /// <summary>Keeps <paramref name="keep"/> of <paramref name="of"/>; not a ranking, so there is nothing for layers to share.</summary>
    public static PruningPattern NofM(int keep, int of) =>
        new($"{keep}:{of}", 1 - ((double)keep / of), new PruneRule("L1", 0, IsCount: false, IsGlobal: false) { Keep = keep, Of = of });

    /// <summary>Some of the residual branches that a network has.</summary>
    public static PruningPattern Branches(int count, int of) =>
        new("branches", (double)count / of, new PruneRule("L1", count, IsCount: true, IsGlobal: true) { IsLayer = true });

    private static PruneRule Share(double amount) => new("L1", amount, IsCount: false, IsGlobal: true);
}
