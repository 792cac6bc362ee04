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
        Dictionary<string, (LayerCall Layer, LayerMethod? Method)> layers, NetworkDefinition definition, NetworkPlan plan, NodePlan node, List<Problem> problems)
    {
        if (!plan.InputSpansWholeBytes(node) || node.Kernels[plan.Tiers[0]] is not DenseKernel || node.Node.Weight!.SaturatingPairs is not > 0)
            return;
        problems.Add(new Problem("CT4003", layers[node.Node.Name].Layer.Site, Label(node), Numbers.Text(node.Node.Weight.SaturatingPairs.Value),
            definition.Quantize?.Backend is "OneDnn" or "Qnnpack"
                ? "Backend.Fbgemm keeps activations in 0..127"
                : "it is so behind Sigmoid, Hardsigmoid and Tanh"));
    }

    // Single weights: a pattern that was chosen is taken to be meant.
    private static void IdleZeros(ModelDeclaration declaration, Dictionary<string, (LayerCall Layer, LayerMethod? Method)> layers,
        NetworkDefinition definition, NetworkPlan plan, List<Problem> problems)
    {
        var nodes = plan.Nodes.Where(node => node.Kernels.Count > 0).ToDictionary(node => node.Node.Name, StringComparer.Ordinal);
        var idle = new Dictionary<PruneCall, List<string>>();
        foreach (var layer in definition.Layers)
        {
            if (layer.Prune is not { IsActive: true, Dim: null, IsBlock: false, IsLayer: false, IsFilter: false }
                || (layers[layer.Name].Method?.Prune ?? declaration.Prune) is not { } call || !nodes.TryGetValue(layer.Name, out var node)
                || node.Node.Weight!.Nonzeros == node.Node.Weight.Elements || SavesTime(plan, node))
                continue;
            if (!idle.TryGetValue(call, out var names))
                idle.Add(call, names = []);
            names.Add(Label(node) + (PayingShare(node) is { } share ? " (from about " + Numbers.Text(share) + " %)" : ""));
        }

        foreach (var pair in idle)
            problems.Add(new Problem("CT4004", pair.Key.Site, PruneArguments.Label(pair.Key), string.Join(", ", pair.Value)));
    }

    private static bool SavesTime(NetworkPlan plan, NodePlan node) => plan.Tiers.Where(tier => tier != Tier.Portable).Any(
        tier => node.Kernels[tier] switch
        {
            SparseKernel or PlanarKernel => true,
            DenseKernel => node.Node.Weight!.EmptyBlocks is { } empty
                && empty >= EmptyBlocksThatPay * DenseLayout.Blocks(node.Node).BlockCount,
            _ => false,
        });

    /// <summary>How many percent of a Linear's weights must be zero for its sparse kernel to be the faster one; null where it has none.</summary>
    private static int? PayingShare(NodePlan node)
    {
        var weight = node.Node.Weight!;
        if (weight.SparseSteps == 0 || !node.Kernels.TryGetValue(Tier.Avx512Vbmi, out var kernel) || kernel is not DenseKernel dense)
            return null;

        // Steps are taken to be as many as weights are kept, which holds where these lie at random.
        var steps = dense.Layout.Steps * dense.Layout.Vectors / KernelCosts.SparseStep;
        var share = (int)Math.Ceiling(100 * (1 - (weight.Density * steps / weight.SparseSteps)));
        return share < 100 ? share : null;
    }

    private static string Label(NodePlan node) => (node.Node.Op == QuantizedOp.Conv2d ? "Conv2d" : "Linear") + " '" + node.Node.Name + "'";
}
