using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>What the attributes of a network declare to be pruned.</summary>
internal static class PruningPlan
{
    /// <summary>Whether there is any rule with something to do.</summary>
    public static bool IsDeclared(NetworkDefinition definition) => definition.Layers.Any(IsPruned);

    /// <summary>
    /// Applies every rule: the class's to all its layers together, those of layers one by one; filters with all that go with them. A
    /// fraction is of what is left.
    /// </summary>
    /// <exception cref="ArgumentException">An amount cannot be had, or a pattern does not fit; nothing is pruned then.</exception>
    public static void Apply(FloatNetwork network, int seed) => Apply(network, seed, (amount, _, left) => amount.Of(left), 1);

    /// <summary>
    /// Goes a part of the way to the declared amounts, counted from the unpruned network: the same call again does nothing more.
    /// </summary>
    /// <param name="network">What is pruned.</param>
    /// <param name="seed">Decides random scores.</param>
    /// <param name="by">From a declared fraction to the one that is wanted by now.</param>
    /// <param name="part">The part, in [0, 1], of what is not a fraction: numbers, thresholds, and the M - N of N:M.</param>
    /// <exception cref="ArgumentException">An amount cannot be had, or a pattern does not fit; nothing is pruned then.</exception>
    public static void Reach(FloatNetwork network, int seed, Func<double, double> by, double part) => Apply(network, seed,
        (amount, units, left) =>
        {
            var wanted = amount.IsCount
                ? (int)Math.Round(part * amount.Of(units))
                : new PruningAmount(by(amount.Value), IsCount: false).Of(units);
            return Math.Clamp(wanted - (units - left), 0, left);
        }, part);

    /// <summary>How much to prune, of how much there is and how much of that is left: units, or elements of blocks.</summary>
    private delegate int Count(PruningAmount amount, int units, int left);

    private static void Apply(FloatNetwork network, int seed, Count count, double part)
    {
        var steps = Groups(network.Definition).Select(group => Step(network, group, seed, count, part))
            .Concat(FilterGroup.Of(network, seed).Select(group => Step(group, count, part))).ToList();
        foreach (var step in steps)
            step();
        FilterFollowers.Mask(network);
        LayerFollowers.Mask(network);
    }

    private static Action Step(FilterGroup group, Count count, double part)
    {
        if (group.Rule.Threshold is { } threshold)
            return () => group.PruneBelow(part * threshold);
        var number = count(AmountOf(group.Rule), group.Count, group.Remaining);
        return () => group.PruneLowest(number);
    }

    // Everything that can go wrong goes wrong here; what is returned only prunes.
    private static Action Step(FloatNetwork network, IReadOnlyList<LayerDefinition> layers, int seed, Count count, double part)
    {
        var rule = layers[0].Prune!;
        var weights = layers.Select(layer => network[layer.Name + ".weight"]).ToList();
        if (rule.IsNofM)
        {
            var keep = rule.Of - (int)Math.Round(part * (rule.Of - rule.Keep));
            NofM.Check(weights[0], keep == rule.Of ? rule.Keep : keep, rule.Of);
            return keep == rule.Of ? () => { } : () => NofM.Prune(weights[0], weights[0].Value, keep, rule.Of);
        }

        var (method, norm) = Importance.Of(rule);
        var targets = weights.Select(weight => Importance.Target(weight, UnitsOf(rule, weight), method, norm, seed)).ToList();
        if (rule.IsLayer && method != PruningMethod.Random)
            targets = [.. targets.Select(Importance.OfLayer)];
        if (rule.Threshold is { } threshold)
            return () => targets.ForEach(target => Selection.PruneBelow(target, part * threshold));

        // As among filters, a common measure.
        var isStructured = rule.Dim is not null || rule.IsBlock;
        if (rule.IsGlobal && isStructured && method != PruningMethod.Random)
            targets = [.. targets.Select(target => target.Normalized())];

        // Blocks at the edges are smaller: of them a fraction is a share of the weights.
        var bySize = rule.IsBlock && !rule.IsCount;
        var number = bySize
            ? count(AmountOf(rule), targets.Sum(target => target.Units.Elements), targets.Sum(target => target.RemainingElements))
            : count(AmountOf(rule), targets.Sum(target => target.Units.Count), targets.Sum(target => target.Remaining));
        return () => Selection.PruneLowest(targets, number, keepOne: rule.IsGlobal && isStructured, bySize);
    }

    private static Units UnitsOf(PruneRule rule, Parameter weight) => rule.Dim is { } dim ? Units.Slices(weight.Shape, dim)
        : rule.IsBlock ? Units.Blocks(weight.Shape, rule.BlockRows, rule.BlockColumns)
        : rule.IsLayer ? Units.Whole(weight.Value.Length)
        : Units.Single(weight.Value.Length);

    private static PruningAmount AmountOf(PruneRule rule) => new(rule.Amount, rule.IsCount);

    /// <summary>Layers that are ranked together, but for those whose filters are.</summary>
    private static List<List<LayerDefinition>> Groups(NetworkDefinition definition)
    {
        var shared = new Dictionary<PruneRule, List<LayerDefinition>>();
        var groups = new List<List<LayerDefinition>>();
        foreach (var layer in definition.Layers.Where(layer => IsPruned(layer) && !layer.Prune!.IsFilter))
        {
            if (layer.Prune!.IsGlobal && shared.TryGetValue(layer.Prune, out var group))
            {
                group.Add(layer);
                continue;
            }

            groups.Add([layer]);
            if (layer.Prune.IsGlobal)
                shared.Add(layer.Prune, groups[^1]);
        }

        return groups;
    }

    private static bool IsPruned(LayerDefinition layer) => layer.HasWeight && layer.Prune is { IsActive: true };
}
