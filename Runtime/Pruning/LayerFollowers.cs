using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>
/// What goes with a layer that Structure.Layer has pruned: its bias and BatchNorm, and with the last layer of a residual branch all
/// parameters that only the branch needs.
/// </summary>
internal static class LayerFollowers
{
    public static void Mask(FloatNetwork network)
    {
        var layers = network.Definition.Layers;
        if (!layers.Any(layer => layer.Prune is { IsLayer: true }))
            return;
        var groups = ResidualBranch.Of(layers).Select(branch => (branch.Last, branch.Layers))
            .Concat(SkippableLayer.Of(layers).Select(layer => (layer.Index, layer.Layers)));
        foreach (var (last, group) in groups)
        {
            if (layers[last].Prune is not { IsLayer: true } || network[layers[last].Name + ".weight"].Mask is not { } mask
                || mask.Contains(1))
                continue;
            foreach (var name in group.SelectMany(layer => (string[])[layers[layer].Name + ".weight", layers[layer].Name + ".bias"]))
            {
                if (network.Contains(name))
                    new PruningTarget(network[name], Units.Whole(network[name].Value.Length), []).Prune([true]);
            }
        }
    }
}
