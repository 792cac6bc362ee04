using System.Collections.Generic;
using System.Linq;

namespace CompileTime.Shared;

/// <summary>
/// A layer with weights, between others, whose input could stand in for its result because their shapes agree: without its weights it
/// is the identity. Layers of a residual branch are none, since they go with their branch.
/// </summary>
/// <param name="Index">Index of the layer.</param>
/// <param name="Norm">Index of the BatchNorm that only it feeds, which goes with it; null for none.</param>
internal sealed record SkippableLayer(int Index, int? Norm)
{
    /// <summary>The indices of all that goes.</summary>
    public IReadOnlyList<int> Layers => Norm is { } norm ? [Index, norm] : [Index];

    /// <summary>Those of a network in the order of the layers.</summary>
    public static IReadOnlyList<SkippableLayer> Of(IReadOnlyList<LayerDefinition> layers)
    {
        var inBranch = new HashSet<int>(ResidualBranch.Of(layers).SelectMany(branch => branch.Layers));
        var behindWeights = BehindWeights(layers);
        var beforeWeights = BeforeWeights(layers);
        return [.. Enumerable.Range(0, layers.Count)
            .Where(i => layers[i].HasWeight && layers[i].InputShape == layers[i].OutputShape && !inBranch.Contains(i)
                && behindWeights.Contains(layers[i].Inputs[0]) && beforeWeights.Contains(layers[i].Name))
            .Select(i => new SkippableLayer(i, NormBehind(layers, layers[i].Name)))];
    }

    // What reads the input and what gives the result are no layers between others.
    private static HashSet<string> BehindWeights(IReadOnlyList<LayerDefinition> layers)
    {
        var found = new HashSet<string>();
        foreach (var layer in layers.Where(layer => layer.HasWeight || layer.Inputs.Any(found.Contains)))
            found.Add(layer.Name);
        return found;
    }

    private static HashSet<string> BeforeWeights(IReadOnlyList<LayerDefinition> layers)
    {
        var found = new HashSet<string>();
        foreach (var layer in layers.Reverse().Where(layer => layer.HasWeight || found.Contains(layer.Name)))
            found.UnionWith(layer.Inputs);
        return found;
    }

    // Dropout may lie between.
    private static int? NormBehind(IReadOnlyList<LayerDefinition> layers, string value)
    {
        var readers = Enumerable.Range(0, layers.Count).Where(i => layers[i].Inputs.Contains(value)).ToList();
        return readers.Count != 1 ? null
            : layers[readers[0]].Kind == LayerKind.Dropout ? NormBehind(layers, layers[readers[0]].Name)
            : layers[readers[0]].Kind == LayerKind.BatchNorm ? readers[0] : null;
    }
}
