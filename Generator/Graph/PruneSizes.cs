using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>Amounts against what there is to prune.</summary>
internal static class PruneSizes
{
    /// <summary>A number can be no larger than what there is; a local rule's, in every layer.</summary>
    public static void Check(PruneCall prune, IReadOnlyList<PrunedWeight> weights, List<Problem> problems, List<Problem> warnings)
    {
        var isOptOut = prune.IsOnLayer && prune.Amount == 0;
        if (prune.IsNofM || prune.HasThreshold || isOptOut)
            return;
        var isLocal = prune.IsOnLayer || prune.Scope == "Local";
        var (units, smallest) = Units(prune, weights, isLocal);
        if (prune.IsCount && prune.Amount > units)
        {
            var what = isLocal ? smallest + " has " : "the layers that it applies to have ";
            var tied = prune.Structure == "Filter" && weights.Any(weight => weight.Filters.Any(unit => unit.Filters.Count > 1));
            problems.Add(new Problem("CT2001", prune.Site, PruneArguments.Label(prune),
                "an integer is a number of " + Unit(prune) + ", and " + what
                + Numbers.Text(units) + " " + Unit(prune) + (isLocal ? "" : " together")
                + (tied ? ", those that can only go together counted as one" : "")));
            return;
        }

        if (prune is { Block: { } block, IsCount: false })
        {
            CheckShare(prune, block, weights, isLocal, warnings);
            return;
        }

        var pruned = prune.IsCount ? prune.Amount : Math.Round(prune.Amount * units, MidpointRounding.ToEven);
        if (LooksLikeFraction(prune, units))
        {
            var percent = Numbers.Text((long)prune.Amount);
            warnings.Add(new Problem("CT2008", prune.Site, percent, Numbers.Text(units), Unit(prune),
                prune.Amount == 1 ? "0.5 for half of them" : Numbers.Text(prune.Amount / 100) + " for " + percent + " %"));
        }
        else if (pruned == 0 || pruned == units)
        {
            warnings.Add(new Problem("CT2009", prune.Site, PruneArguments.Label(prune), pruned == 0 ? "none" : "all",
                Numbers.Text(units) + " " + Unit(prune) + (isLocal && !prune.IsOnLayer ? " of " + smallest : "")));
        }
    }

    // 1 may have meant 1.0. Of larger numbers only those are doubtful that could be percentages and prune very little: of single weights
    // a twentieth, as who counts them seldom means so few; of filters, channels and blocks a hundredth.
    private static bool LooksLikeFraction(PruneCall prune, long units) => prune.IsCount && prune.Structure != "Layer"
        && (prune.Amount == 1 ? units > 1 : prune.Amount is > 1 and < 100 && prune.Amount * (IsOfWeights(prune) ? 20 : 100) < units);

    private static bool IsOfWeights(PruneCall prune) => prune is { Structure: "Unstructured", Block: null };

    /// <summary>A share of the weights, to be reached in whole blocks: as near as these come.</summary>
    private static void CheckShare(
        PruneCall prune, EquatableArray<int> block, IReadOnlyList<PrunedWeight> weights, bool isLocal, List<Problem> warnings)
    {
        var smallestBlock = weights.Min(weight => weight.SmallestBlock(block));
        var elements = isLocal ? weights.Min(weight => weight.Elements) : weights.Sum(weight => weight.Elements);
        var pruned = Math.Round(prune.Amount * elements, MidpointRounding.ToEven);
        var what = 2 * pruned <= smallestBlock ? "none" : 2 * (elements - pruned) < smallestBlock ? "all" : null;
        if (what is not null)
            warnings.Add(new Problem("CT2009", prune.Site, PruneArguments.Label(prune), what,
                Numbers.Text(elements) + " weights in blocks"));
    }

    /// <summary>How many there are; for a local rule, in the layer with the fewest.</summary>
    private static (long Count, string Layer) Units(PruneCall prune, IReadOnlyList<PrunedWeight> weights, bool isLocal)
    {
        if (prune.Structure != "Filter")
        {
            var smallest = weights.OrderBy(weight => weight.Units(prune)).First();
            return (isLocal ? smallest.Units(prune) : weights.Sum(weight => weight.Units(prune)), smallest.Label);
        }

        // Filters that can only go together count as one, and layers that share some are one.
        var units = weights.SelectMany(weight => weight.Filters).Distinct().ToList();
        if (!isLocal || units.Count == 0)
            return (units.Count, weights[0].Label);
        var fewest = units.GroupBy(unit => unit.Cluster).OrderBy(cluster => cluster.Count()).First();
        return (fewest.Count(), weights.First(weight => weight.Filters.Contains(fewest.First())).Label);
    }

    private static string Unit(PruneCall prune) => prune switch
    {
        { Structure: "Layer" } => "whole layers",
        { Block: not null } => "blocks",
        { Structure: "Filter" } => "filters",
        { Structure: "Channel" } => "channels",
        { Dim: not null } => "slices",
        _ => "weights",
    };
}
