using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>
/// What goes with a filter. Where a whole filter of a layer with <c>Structure.Filter</c> is pruned, its bias is too, and weight and bias
/// of its
/// channel in a BatchNorm that reads the layer: the channel is exactly zero then, and can be taken out of the network.
/// torch.nn.utils.prune masks the weight only.
/// </summary>
internal static class FilterFollowers
{
    public static void Mask(FloatNetwork network)
    {
        foreach (var layer in network.Definition.Layers.Where(layer => layer.HasWeight && layer.Prune is { IsFilter: true }))
            Mask(network, layer);
    }

    /// <summary>What goes with the pruned filters of one layer.</summary>
    public static void Mask(FloatNetwork network, LayerDefinition layer)
    {
        var weight = network[layer.Name + ".weight"];
        var pruned = Units.Slices(weight.Shape, 0).Left(weight.Mask).Select(left => !left).ToArray();
        if (!pruned.Contains(true))
            return;
        if (layer.Bias)
            Mask(network[layer.Name + ".bias"], pruned);
        foreach (var norm in network.Definition.Layers.Where(norm => norm.Kind == LayerKind.BatchNorm && norm.Inputs[0] == layer.Name))
        {
            Mask(network[norm.Name + ".weight"], pruned);
            Mask(network[norm.Name + ".bias"], pruned);
        }
    }

    private static void Mask(Parameter parameter, bool[] pruned) =>
        new PruningTarget(parameter, Units.Single(pruned.Length), parameter.Value).Prune(pruned);
}
