using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Graph;
using CompileTime.Shared;

namespace CompileTime.Generator.Manifests;

/// <summary>
/// Whether an artifact has as few weights as [Prune] says. Asked where the rule is one of single weights, blocks or N:M: what structures
/// leave depends on which ones go.
/// </summary>
internal static class SparsityRules
{
    public static void Check(
        ModelDeclaration declaration, NetworkDefinition definition, string file, Manifest manifest, List<Problem> problems)
    {
        var layers = declaration.LayersByName();
        var nodes = manifest.Network.Nodes.Where(node => node.Weight is not null).ToDictionary(node => node.Name, StringComparer.Ordinal);
        var pruned = definition.Layers.Where(layer =>
            layer.Prune is { IsActive: true, Threshold: null, Dim: null, IsFilter: false, IsLayer: false });
        foreach (var group in pruned.GroupBy(layer => layer.Prune!.IsGlobal ? "" : layer.Name, StringComparer.Ordinal))
        {
            var rule = group.First().Prune!;
            var weights = group.Sum(Weights);
            var kept = group.Sum(layer => nodes.TryGetValue(layer.Name, out var node) ? (long)node.Weight!.Nonzeros : 0);
            var most = Most(rule, weights);
            if (kept <= most || (layers[group.First().Name].Method?.Prune ?? declaration.Prune) is not { } call)
                continue;
            problems.Add(new Problem("CT3010", call.Site, file, Numbers.Text(kept), Numbers.Text(weights), PruneArguments.Label(call),
                Numbers.Text(most)));
            if (call == declaration.Prune)
                return;
        }
    }

    // Blocks come as near to a share as whole blocks can.
    private static long Most(PruneRule rule, long weights) => rule switch
    {
        { IsNofM: true } => weights / rule.Of * rule.Keep,
        { IsBlock: true, IsCount: true } => weights - 1,
        { IsCount: true } => weights - (long)rule.Amount,
        _ => weights - (long)Math.Round(rule.Amount * weights, MidpointRounding.ToEven) + ((long)rule.BlockRows * rule.BlockColumns),
    };

    private static long Weights(LayerDefinition layer) => layer.WeightShape.Aggregate(1L, (product, size) => product * size);
}
