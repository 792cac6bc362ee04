using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>
/// What goes with a filter. Where a whole filter of a layer with <c>Structure.Filter</c> is pruned, its bias is too, and weight and bias
/// of its channel in every BatchNorm that reads it: the channel is exactly zero then, and can be taken out of the network.
/// torch.nn.utils.prune masks the weight only.
/// </summary>
internal static class FilterFollowers
{
    public static void Mask(FloatNetwork network)
    {
        var layers = network.Definition.Layers;
        foreach (var layer in layers.Where(layer => layer.HasWeight && layer.Prune is { IsFilter: true }))
            Mask(network, layer);

        // A BatchNorm behind Add or Concat reads several layers.
        var pruned = layers.Select(layer => layer.Prune is { IsFilter: true } ? Pruned(network, layer) : []).ToList();
        var norms = FilterGroup.Pruned(network.Definition).Where(unit => unit.Filters.All(filter => pruned[filter.Layer][filter.Filter]))
            .SelectMany(unit => unit.Norms);
        foreach (var norm in norms.ToLookup(norm => norm.Layer, norm => norm.Channel))
        {
            var channels = new bool[layers[norm.Key].OutputShape.Channels];
            foreach (var channel in norm)
                channels[channel] = true;
            MaskNorm(network, layers[norm.Key], channels);
        }
    }

    /// <summary>What goes with the pruned filters of one layer.</summary>
    public static void Mask(FloatNetwork network, LayerDefinition layer)
    {
        var pruned = Pruned(network, layer);
        if (!pruned.Contains(true))
            return;
        if (layer.Bias)
            Mask(network[layer.Name + ".bias"], pruned);
        foreach (var norm in network.Definition.Layers.Where(norm => norm.Kind == LayerKind.BatchNorm && norm.Inputs[0] == layer.Name))
            MaskNorm(network, norm, pruned);
    }

    private static bool[] Pruned(FloatNetwork network, LayerDefinition layer)
    {
        var weight = network[layer.Name + ".weight"];
        return [.. Units.Slices(weight.Shape, 0).Left(weight.Mask).Select(left => !left)];
    }

    private static void MaskNorm(FloatNetwork network, LayerDefinition norm, bool[] channels)
    {
        Mask(network[norm.Name + ".weight"], channels);
        Mask(network[norm.Name + ".bias"], channels);
    }

    private static void Mask(Parameter parameter, bool[] pruned) =>
        new PruningTarget(parameter, Units.Single(pruned.Length), parameter.Value).Prune(pruned);
}
