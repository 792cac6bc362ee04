using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Graph;
using CompileTime.Shared;

namespace CompileTime.Generator.Plan;

/// <summary>What the plan shows that its user would have done otherwise: the code is right, and slower than it could be.</summary>
internal static class PlanRules
{
    // Fewer empty blocks than that are an accident, and hardly to be measured.
    private const double EmptyBlocksThatPay = 0.05;

    public static void Check(
        ModelDeclaration declaration, NetworkDefinition definition, NetworkPlan plan, CompilerFacts facts, List<Problem> problems)
    {
        if (facts.PortableOnly is { } instructionSet)
            problems.Add(new Problem("CT4005", Site.Class, declaration.FullName, instructionSet));
        var layers = declaration.LayersByName();
        foreach (var node in plan.Nodes.Where(node => node.Kernels.Count > 0))
            Saturating(layers, definition, plan, node, problems);
        IdleZeros(declaration, layers, definition, plan, problems);
    }

    private static void Saturating(
        Dictionary<string, (LayerCall Layer, LayerMethod? Method)> layers, NetworkDefinition definition, NetworkPlan plan, NodePlan node,
        List<Problem> problems)
    {
        if (node.Node.Weight!.SaturatingPairs is not { } pairs || pairs == 0 || !plan.InputSpansWholeBytes(node)
            || node.Kernels[plan.Tiers[0]] is not DenseKernel)
            return;
        problems.Add(new Problem("CT4003", layers[node.Node.Name].Layer.Site, Label(node), Numbers.Text(pairs),
            definition.Quantize?.Backend is "OneDnn" or "Qnnpack"
                ? "WeightBits = 7 makes weights that cannot, Backend.Fbgemm keeps activations in 0..127"
                : "it is so behind Sigmoid, Hardsigmoid and Tanh; WeightBits = 7 makes weights that cannot"));
    }

    // Single weights: a pattern that was chosen is taken to be meant.
    private static void IdleZeros(ModelDeclaration declaration, Dictionary<string, (LayerCall Layer, LayerMethod? Method)> layers,
        NetworkDefinition definition, NetworkPlan plan, List<Problem> problems)
    {
        var nodes = plan.Nodes.Where(node => node.Kernels.Count > 0).ToDictionary(node => node.Node.Name, StringComparer.Ordinal);
        var idle = new Dictionary<PruneCall, List<(LayerDefinition Layer, NodePlan Node, int? Share)>>();
        foreach (var layer in definition.Layers)
        {
            if (layer.Prune is not { IsActive: true, Dim: null, IsBlock: false, IsLayer: false, IsFilter: false }
                || (layers[layer.Name].Method?.Prune ?? declaration.Prune) is not { } call || !nodes.TryGetValue(layer.Name, out var node)
                || node.Node.Weight!.Nonzeros == node.Node.Weight.Elements || SavesTime(plan, node))
                continue;
            if (!idle.TryGetValue(call, out var found))
                idle.Add(call, found = []);
            found.Add((layer, node, PayingShare(plan, node)));
        }

        foreach (var pair in idle)
        {
            problems.Add(new Problem("CT4004", pair.Key.Site, PruneArguments.Label(pair.Key),
                string.Join(", ", pair.Value.Select(found => Label(found.Node)
                    + (found.Share is { } share ? " (sparse from about " + Numbers.Text(share) + " %)" : ""))),
                Remedy(definition, [.. pair.Value.Select(found => found.Layer)], pair.Value.Any(found => found.Share is not null))));
        }
    }

    // Only what could be declared: blocks must fit into a layer, and filters can go where no layer of another rule has them, too.
    private static string Remedy(NetworkDefinition definition, IReadOnlyList<LayerDefinition> idle, bool hasShare)
    {
        var ways = new List<string>();
        if (hasShare)
            ways.Add("more of them where a share is named");
        if (idle.Any(layer => layer.WeightShape[0] >= DenseLayout.BlockOutputs && layer.WeightShape[1] >= DenseLayout.StepInputs))
            ways.Add("Block = [16, 4]");
        var names = new HashSet<string>(idle.Select(layer => layer.Name), StringComparer.Ordinal);
        var rule = idle[0].Prune! with { IsFilter = true };
        var layers = definition.Layers.Select(layer => layer.Prune == idle[0].Prune ? layer with { Prune = rule } : layer).ToList();
        if (FilterUnits.Of(layers, definition.InputShape).Any(unit => !unit.HasOutput && unit.Follows(rule, layers)
            && unit.Filters.Any(filter => names.Contains(layers[filter.Layer].Name))))
            ways.Add("Structure.Filter");
        return ways.Count == 0 ? "no pattern would in a layer so small"
            : ways.Count == 1 ? ways[0] + " would"
            : string.Join(", ", ways.Take(ways.Count - 1)) + " or " + ways[ways.Count - 1] + " would";
    }

    private static bool SavesTime(NetworkPlan plan, NodePlan node) => plan.Tiers.Where(tier => tier != Tier.Portable).Any(
        tier => node.Kernels[tier] switch
        {
            SparseKernel or PlanarKernel => true,
            DenseKernel => node.Node.Weight!.EmptyBlocks is { } empty
                && empty >= EmptyBlocksThatPay * DenseLayout.Blocks(node.Node).BlockCount,
            _ => false,
        });

    /// <summary>From how many percent of zeros on the plan would have a sparse kernel for the layer; null where it never would.</summary>
    private static int? PayingShare(NetworkPlan plan, NodePlan node)
    {
        var weight = node.Node.Weight!;
        if (weight.SparseSteps == 0 || weight.Nonzeros == 0)
            return null;
        var input = plan.Nodes[node.Node.Inputs[0]];
        for (var percent = 5; percent < 100; percent += 5)
        {
            // Steps are taken to be as many as weights are kept, which holds where these lie at random.
            var steps = (int)Math.Ceiling(weight.SparseSteps * (100 - percent) / 100.0 / weight.Density);
            var kept = (int)((long)weight.Elements * (100 - percent) / 100);
            var sparser = node.Node with { Weight = weight with { SparseSteps = steps, Nonzeros = kept } };
            var layer = new WeightedLayer(sparser, input.Node.Shape, input.Value.Positions);
            if (KernelChoice.Run(layer, Tier.Avx512Vbmi, plan.IsPlanar) is SparseKernel)
                return percent;
        }

        return null;
    }

    private static string Label(NodePlan node) => (node.Node.Op == QuantizedOp.Conv2d ? "Conv2d" : "Linear") + " '" + node.Node.Name + "'";
}
