using System;
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
            PruneArguments.Check(prune, problems);

        foreach (var method in declaration.LayerMethods)
        {
            if (method.Prune is { } prune && !method.Layers.Any(layer => LayerOps.Find(layer.Kind).HasWeight))
                problems.Add(new Problem("CT2002", prune.Site, "'" + method.Name + "'"));
        }

        var kinds = declaration.Layers.Concat(declaration.LayerMethods.SelectMany(method => method.Layers));
        if (declaration.Prune is { } whole && !kinds.Any(layer => LayerOps.Find(layer.Kind).HasWeight))
            problems.Add(new Problem("CT2002", whole.Site, "'" + declaration.FullName + "'"));
    }

    /// <summary>
    /// The rule of each layer, null where nothing is to be pruned. On a layer a rule that cannot be followed is an error; of the class's
    /// rule, layers that cannot follow it are left out, and a warning names them.
    /// </summary>
    public static IReadOnlyList<PruneRule?> Apply(ModelDeclaration declaration, IReadOnlyList<DeclaredNode> nodes,
        IReadOnlyList<LoweredLayer> layers, List<Problem> problems, List<Problem> warnings)
    {
        var isOutput = OutputLayers(nodes);
        var rules = new PruneRule?[nodes.Count];
        var pool = new List<PrunedWeight>();
        var left = new List<string>();
        for (var i = 0; i < nodes.Count; i++)
        {
            if (!LayerOps.Find(nodes[i].Call.Kind).HasWeight || (nodes[i].Prune ?? declaration.Prune) is not { } prune)
                continue;
            var weight = new PrunedWeight(nodes[i], layers[i], isOutput[i]);
            if (weight.Misfit(prune) is { } misfit)
            {
                if (prune.IsOnLayer)
                    problems.Add(new Problem("CT2005", prune.Site, PruneArguments.Label(prune), weight.Label, misfit));

                // That the outputs stay is what everybody means.
                else if (!(prune.Structure == "Filter" && isOutput[i]))
                    left.Add(weight.Label + " (" + misfit + ")");
                continue;
            }

            rules[i] = Rule(prune);
            if (!prune.IsOnLayer)
            {
                pool.Add(weight);
            }
            else
            {
                CheckSize(prune, [weight], problems, warnings);
                if (weight.Remainder(prune) is { } sizes)
                    warnings.Add(new Problem("CT2007", prune.Site, weight.Label, sizes));
            }
        }

        if (declaration.Prune is { } whole)
            CheckClass(whole, pool, left, problems, warnings);
        return rules;
    }

    private static void CheckClass(
        PruneCall whole, List<PrunedWeight> pool, List<string> left, List<Problem> problems, List<Problem> warnings)
    {
        var names = string.Join(", ", left);
        if (pool.Count > 0)
        {
            CheckSize(whole, pool, problems, warnings);
            if (left.Count > 0)
                warnings.Add(new Problem("CT2006", whole.Site, PruneArguments.Label(whole), names));
        }
        else if (left.Count > 0)
        {
            problems.Add(new Problem("CT2005", whole.Site, PruneArguments.Label(whole), names, "and there is no other layer to prune"));
        }
        else if (whole.Structure == "Filter")
        {
            problems.Add(new Problem("CT2005", whole.Site, PruneArguments.Label(whole), "the network",
                "the filters of all its layers that the rule is for are outputs"));
        }
    }

    /// <summary>A number can be no larger than what there is; a local rule's, in every layer.</summary>
    private static void CheckSize(PruneCall prune, IReadOnlyList<PrunedWeight> weights, List<Problem> problems, List<Problem> warnings)
    {
        if (prune.IsNofM || prune.HasThreshold)
            return;
        var isLocal = prune.IsOnLayer || prune.Scope == "Local";
        var smallest = weights.OrderBy(weight => weight.Units(prune)).First();
        var units = isLocal ? smallest.Units(prune) : weights.Sum(weight => weight.Units(prune));
        if (prune.IsCount && prune.Amount > units)
        {
            var what = isLocal ? smallest.Label + " has " : "the layers that it applies to have ";
            problems.Add(new Problem("CT2001", prune.Site, PruneArguments.Label(prune), "an integer is a number of " + Unit(prune) + ", and " + what
                + Numbers.Text(units) + " " + Unit(prune) + (isLocal ? "" : " together")));
            return;
        }

        var pruned = prune.IsCount ? prune.Amount : Math.Round(prune.Amount * units, MidpointRounding.ToEven);
        var isOptOut = prune.IsOnLayer && prune.Amount == 0;
        if (prune.IsCount && prune.Amount == 1 && units > 1)
            warnings.Add(new Problem("CT2008", prune.Site, Unit(prune, one: true), Unit(prune)));
        else if (!isOptOut && pruned == 0)
            warnings.Add(new Problem("CT2009", prune.Site, PruneArguments.Label(prune), "nothing", Numbers.Text(units) + " " + Unit(prune)));
        else if (pruned == units)
            warnings.Add(new Problem("CT2009", prune.Site, PruneArguments.Label(prune), "everything", Numbers.Text(units) + " " + Unit(prune)));
    }

    private static PruneRule? Rule(PruneCall prune)
    {
        var isLocal = prune.IsOnLayer || prune.Scope == "Local" || prune.IsNofM || prune.HasThreshold;

        // Of a single weight every norm is its magnitude, and Ln with n = 1 is L1: one rule has one text.
        var isL1 = prune.Method == "Ln" && (prune.Norm == 1 || (prune.Dim is null && prune.Block is null));
        var rule = new PruneRule(isL1 ? "L1" : prune.Method, prune.HasThreshold || prune.IsNofM ? 0 : prune.Amount, prune.IsCount, !isLocal)
        {
            Norm = isL1 ? 1 : prune.Norm,
            Threshold = prune.HasThreshold ? prune.Threshold : null,
            Keep = prune.IsNofM ? prune.N : 0,
            Of = prune.IsNofM ? prune.M : 0,
            Dim = prune.Dim,
            IsFilter = prune.Structure == "Filter",
            BlockRows = prune.Block is { } block ? block[0] : 0,
            BlockColumns = prune.Block is { } columns ? columns[1] : 0,
        };
        return rule.IsActive ? rule : null;
    }

    // The layers from which the network's result comes without another weight in between.
    private static bool[] OutputLayers(IReadOnlyList<DeclaredNode> nodes)
    {
        var isOutput = new bool[nodes.Count];
        isOutput[nodes.Count - 1] = true;
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            if (!isOutput[i] || LayerOps.Find(nodes[i].Call.Kind).HasWeight)
                continue;
            foreach (var input in nodes[i].Inputs.Where(input => input > 0))
                isOutput[input - 1] = true;
        }

        return isOutput;
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

    private static string Unit(PruneCall prune, bool one = false) => prune switch
    {
        { Block: not null } => "block",
        { Structure: "Filter" } => "filter",
        { Structure: "Channel" } => "channel",
        { Dim: not null } => "slice",
        _ => "weight",
    } + (one ? "" : "s");
}
