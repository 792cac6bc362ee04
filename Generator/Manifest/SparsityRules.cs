using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Graph;
using CompileTime.Shared;

namespace CompileTime.Generator.Manifests;

/// <summary>
/// Whether an artifact has as few weights as [Prune] says. Not asked of filters and whole layers: what goes with them, in other layers,
/// depends on which ones go.
/// </summary>
internal static class SparsityRules
{
    public static void Check(
        ModelDeclaration declaration, NetworkDefinition definition, string file, Manifest manifest, List<Problem> problems)
    {
        var layers = declaration.LayersByName();
        var said = new HashSet<PruneCall>();
        var nodes = manifest.Network.Nodes.Where(node => node.Weight is not null).ToDictionary(node => node.Name, StringComparer.Ordinal);
        var pruned = definition.Layers.Where(layer =>
            layer.Prune is { IsActive: true, Threshold: null, IsFilter: false, IsLayer: false });
        foreach (var group in pruned.GroupBy(layer => layer.Prune!.IsGlobal ? "" : layer.Name, StringComparer.Ordinal))
        {
            var rule = group.First().Prune!;
            var weights = group.Sum(layer => PrunedUnits.Weights(layer));
            var kept = group.Sum(layer => nodes.TryGetValue(layer.Name, out var node) ? (long)node.Weight!.Nonzeros : 0);
            var most = Most(rule, weights, group);

            // Of the class's rule, in each layer by itself, the first layer is enough.
            if (kept > most && (layers[group.First().Name].Method?.Prune ?? declaration.Prune) is { } call && said.Add(call))
            {
                problems.Add(new Problem("CT3010", call.Site, file, Numbers.Text(kept), Numbers.Text(weights), PruneArguments.Label(call),
                    Numbers.Text(most)));
            }
        }
    }

    // Of units of different size the smallest may have been pruned. Blocks come as near to a share as whole blocks can.
    private static long Most(PruneRule rule, long weights, IEnumerable<LayerDefinition> layers) => rule switch
    {
        { IsNofM: true } => weights / rule.Of * rule.Keep,
        { Dim: not null } or { IsBlock: true, IsCount: true } => weights - PrunedUnits.Fewest(rule, layers),
        { IsCount: true } => weights - (long)rule.Amount,
        _ => weights - (long)Math.Round(rule.Amount * weights, MidpointRounding.ToEven) + ((long)rule.BlockRows * rule.BlockColumns),
    };
}
