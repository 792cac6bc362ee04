using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>What the attributes of a network declare to be pruned.</summary>
internal static class PruningPlan
{
    /// <summary>Whether there is any [Prune] with an amount above zero.</summary>
    public static bool IsDeclared(NetworkDefinition definition) => definition.Layers.Any(IsPruned);

    /// <summary>Applies every rule: the class's to all its layers together, those of layers one by one, in the order of the layers.</summary>
    /// <param name="definition">The declaration.</param>
    /// <param name="weightOf">The weight of a layer.</param>
    /// <returns>The number of weights pruned.</returns>
    public static int Apply(NetworkDefinition definition, Func<LayerDefinition, Parameter> weightOf)
    {
        var pruned = 0;
        foreach (var group in Groups(definition))
        {
            var rule = group[0].Prune!;
            if (!Enum.TryParse<PruningMethod>(rule.Method, out var method))
                throw new InvalidOperationException($"The pruning method '{rule.Method}' is not supported by this version of the library.");
            var weights = group.Select(weightOf).ToList();
            var scores = weights.Select(weight => Importance.Scores(method, weight)).ToList();
            pruned += UnstructuredPruning.Prune(weights, scores, new PruningAmount(rule.Amount, rule.IsCount));
        }

        return pruned;
    }

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
