using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>What goes with the last layer of a residual branch: its bias, and all parameters that only the branch needs.</summary>
internal static class BranchFollowers
{
    public static void Mask(FloatNetwork network)
    {
        var layers = network.Definition.Layers;
        if (!layers.Any(layer => layer.Prune is { IsLayer: true }))
            return;
        foreach (var branch in ResidualBranch.Of(layers))
        {
            if (layers[branch.Last].Prune is not { IsLayer: true } || network[layers[branch.Last].Name + ".weight"].Mask is not { } mask
                || mask.Contains(1))
                continue;
            foreach (var name in branch.Layers.SelectMany(layer => (string[])[layers[layer].Name + ".weight", layers[layer].Name + ".bias"]))
            {
                if (network.Contains(name))
                    new PruningTarget(network[name], Units.Whole(network[name].Value.Length), []).Prune([true]);
            }
        }
    }
}
