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
        IReadOnlyList<LoweredLayer> layers, Shape input, List<Problem> problems, List<Problem> warnings)
    {
        var calls = nodes.Select(node => LayerOps.Find(node.Call.Kind).HasWeight ? node.Prune ?? declaration.Prune : null).ToList();
        var declared = calls.Select(call => call is null ? null : Rule(call)).ToList();
        IReadOnlyList<LayerDefinition> definitions = [.. layers.Select((layer, i) => layer.ToDefinition(declared[i]))];
        var filters = new PrunedFilters(nodes, definitions, input);
        var removable = ResidualBranch.Of(definitions).Select(branch => branch.Last)
            .Concat(SkippableLayer.Of(definitions).Select(layer => layer.Index)).ToList();
        var rules = new PruneRule?[nodes.Count];
        var pool = new List<PrunedWeight>();
        var left = new List<string>();
        for (var i = 0; i < nodes.Count; i++)
        {
            if (calls[i] is not { } prune)
                continue;
            var weight = new PrunedWeight(nodes[i], layers[i], filters.Of(i), removable.Contains(i));
            if ((prune.Structure == "Filter" ? filters.Misfit(i) : weight.Misfit(prune)) is { } misfit)
            {
                if (prune.IsOnLayer)
                    problems.Add(new Problem("CT2005", prune.Site, PruneArguments.Label(prune), weight.Label, misfit));

                // That the outputs stay, and layers that nothing stands in for, is what everybody means.
                else if (!(prune.Structure == "Filter" && filters.AreOutputs(i)) && prune.Structure != "Layer")
                    left.Add(weight.Label + " (" + misfit + ")");
                continue;
            }

            rules[i] = declared[i] is { IsActive: true } rule ? rule : null;
            if (!prune.IsOnLayer)
            {
                pool.Add(weight);
            }
            else
            {
                PruneSizes.Check(prune, [weight], problems, warnings);
                if (weight.Remainder(prune) is { } sizes)
                    warnings.Add(new Problem("CT2007", prune.Site, weight.Label, sizes));
            }
        }

        if (declaration.Prune is { } whole && !calls.Contains(whole))
            warnings.Add(new Problem("CT2016", whole.Site, PruneArguments.Label(whole)));
        else if (declaration.Prune is { } shared)
            CheckClass(shared, pool, left, problems, warnings);
        return rules;
    }

    private static void CheckClass(
        PruneCall whole, List<PrunedWeight> pool, List<string> left, List<Problem> problems, List<Problem> warnings)
    {
        var names = string.Join(", ", left);
        if (pool.Count > 0 && whole.Block is { } block && pool.All(weight => weight.IsSmallerThan(block)))
        {
            problems.Add(new Problem("CT2005", whole.Site, PruneArguments.Label(whole), "the network",
                "a block of " + Numbers.Text(block[0]) + " outputs and " + Numbers.Text(block[1])
                + " inputs is larger than the weights of all its layers"));
        }
        else if (pool.Count > 0)
        {
            PruneSizes.Check(whole, pool, problems, warnings);
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
        else if (whole.Structure == "Layer")
        {
            problems.Add(new Problem("CT2005", whole.Site, PruneArguments.Label(whole), "the network",
                "it has no residual branch (an operand of Add that the other operand leads past with fewer layers), and between the "
                + "first and the last layer with weights none whose input and output shapes agree"));
        }
    }

    private static PruneRule Rule(PruneCall prune)
    {
        var isLocal = prune.IsOnLayer || prune.Scope == "Local" || prune.IsNofM || prune.HasThreshold;

        // Of a single weight every norm is its magnitude, and Ln with n = 1 is L1: one rule has one text.
        var isL1 = prune.Method == "Ln" && (prune.Norm == 1 || (prune.Dim is null && prune.Block is null && prune.Structure != "Layer"));
        return new PruneRule(isL1 ? "L1" : prune.Method, prune.HasThreshold || prune.IsNofM ? 0 : prune.Amount, prune.IsCount, !isLocal)
        {
            Norm = isL1 ? 1 : prune.Norm,
            Threshold = prune.HasThreshold ? prune.Threshold : null,
            Keep = prune.IsNofM ? prune.N : 0,
            Of = prune.IsNofM ? prune.M : 0,
            Dim = prune.Dim,
            IsFilter = prune.Structure == "Filter",
            IsLayer = prune.Structure == "Layer",
            BlockRows = prune.Block is { } block ? block[0] : 0,
            BlockColumns = prune.Block is { } columns ? columns[1] : 0,
        };
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
}
