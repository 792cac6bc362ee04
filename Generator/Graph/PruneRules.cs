using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Ops;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>Which rule prunes a layer, and whether it can.</summary>
internal static class PruneRules
{
    /// <summary>What can be said without knowing a single size.</summary>
    public static void CheckAmounts(ModelDeclaration declaration, List<Problem> problems)
    {
        foreach (var prune in Calls(declaration))
        {
            if (prune.IsCount && prune.Amount < 0)
                problems.Add(new Problem("CT2001", prune.Site, Amount(prune), "a number of weights must be at least 0"));
            else if (!prune.IsCount && !(prune.Amount is >= 0 and <= 1))
                problems.Add(new Problem("CT2001", prune.Site, Amount(prune), "a fraction must be from 0 to 1, such as 0.6 for 60 %"));
        }

        foreach (var method in declaration.LayerMethods)
        {
            if (method.Prune is { } prune && !method.Layers.Any(layer => LayerOps.Find(layer.Kind).HasWeight))
                problems.Add(new Problem("CT2002", prune.Site, "'" + method.Name + "'"));
        }

        var kinds = declaration.Layers.Concat(declaration.LayerMethods.SelectMany(method => method.Layers));
        if (declaration.Prune is { } whole && !kinds.Any(layer => LayerOps.Find(layer.Kind).HasWeight))
            problems.Add(new Problem("CT2002", whole.Site, "'" + declaration.FullName + "'"));
    }

    /// <summary>A number of weights can be no larger than the weights there are.</summary>
    public static void CheckTargets(
        ModelDeclaration declaration, IReadOnlyList<DeclaredNode> nodes, IReadOnlyList<LoweredLayer?> layers, List<Problem> problems)
    {
        if (layers.Contains(null))
            return;
        long pool = 0;
        for (var i = 0; i < nodes.Count; i++)
        {
            if (!LayerOps.Find(nodes[i].Call.Kind).HasWeight)
                continue;
            var weights = layers[i]!.WeightElements;
            if (nodes[i].Prune is not { } own)
                pool += weights;
            else if (own.IsCount && own.Amount > weights)
                problems.Add(TooMany(own, nodes[i].Label + " has " + Numbers.Text(weights) + " weights"));
        }

        if (declaration.Prune is { IsCount: true } whole && whole.Amount > pool)
            problems.Add(TooMany(whole, "the layers that it applies to have " + Numbers.Text(pool) + " weights together"));
    }

    /// <summary>The rule of the layer; null where nothing is to be pruned.</summary>
    public static PruneRule? RuleOf(ModelDeclaration declaration, DeclaredNode node)
    {
        if (!LayerOps.Find(node.Call.Kind).HasWeight || (node.Prune ?? declaration.Prune) is not { Amount: > 0 } prune)
            return null;
        return new PruneRule(prune.Method, prune.Amount, prune.IsCount, IsGlobal: node.Prune is null);
    }

    private static IEnumerable<PruneCall> Calls(ModelDeclaration declaration)
    {
        if (declaration.Prune is { } whole)
            yield return whole;
        foreach (var method in declaration.LayerMethods)
        {
            if (method.Prune is { } own)
                yield return own;
        }
    }

    private static Problem TooMany(PruneCall prune, string weights) =>
        new("CT2001", prune.Site, Amount(prune), "an integer is a number of weights, and " + weights);

    private static string Amount(PruneCall prune) => prune.IsCount ? Numbers.Text((long)prune.Amount) : Numbers.Text(prune.Amount);
}
