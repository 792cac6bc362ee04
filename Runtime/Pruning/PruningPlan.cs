using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>What the attributes of a network declare to be pruned.</summary>
internal static class PruningPlan
{
    /// <summary>Whether there is any [Prune] with an amount above zero.</summary>
    public static bool IsDeclared(NetworkDefinition definition) => definition.Layers.Any(IsPruned);

    /// <summary>
    /// Applies every rule: the class's to all its layers together, those of layers one by one, in the order of the layers.
    /// </summary>
    /// <param name="definition">The declaration.</param>
    /// <param name="weightOf">The weight of a layer.</param>
    /// <returns>The number of weights pruned.</returns>
    /// <exception cref="ArgumentException">An amount cannot be had; nothing is pruned then.</exception>
    public static int Apply(NetworkDefinition definition, Func<LayerDefinition, Parameter> weightOf)
    {
        var steps = Groups(definition).Select(group => (Rule: group[0].Prune!, Weights: group.Select(weightOf).ToList())).ToList();
        foreach (var (rule, weights) in steps)
            Amount(rule).Of(weights.Sum(UnstructuredPruning.Remaining));
        var pruned = 0;
        foreach (var (rule, weights) in steps)
        {
            var scores = weights.Select(weight => Importance.Scores(Method(rule), weight)).ToList();
            pruned += UnstructuredPruning.Prune(weights, scores, Amount(rule));
        }

        return pruned;
    }

    private static PruningAmount Amount(PruneRule rule) => new(rule.Amount, rule.IsCount);

    private static PruningMethod Method(PruneRule rule) => Enum.TryParse<PruningMethod>(rule.Method, out var method)
        ? method
        : throw new InvalidOperationException($"The pruning method '{rule.Method}' is not supported by this version of the library.");

    /// <summary>Layers that share one threshold.</summary>
    private static IEnumerable<List<LayerDefinition>> Groups(NetworkDefinition definition)
    {
        var shared = new Dictionary<PruneRule, List<LayerDefinition>>();
        var groups = new List<List<LayerDefinition>>();
        foreach (var layer in definition.Layers.Where(IsPruned))
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

    private static bool IsPruned(LayerDefinition layer) => layer.HasWeight && layer.Prune is { Amount: not 0 };
}
