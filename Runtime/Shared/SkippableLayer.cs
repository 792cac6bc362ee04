using System.Collections.Generic;
using System.Linq;

namespace CompileTime.Shared;

/// <summary>
/// A layer with weights, between others, whose input could stand in for its result because their shapes agree: without its weights it
/// is the identity. Layers of a residual branch are none, since they go with their branch.
/// </summary>
/// <param name="Index">Index of the layer.</param>
/// <param name="Layers">
/// Indices of all that goes, ascending: the layer, the BatchNorm that only it feeds, and a ReLU behind them that would repeat the one
/// before.
/// </param>
internal sealed record SkippableLayer(int Index, IReadOnlyList<int> Layers)
{
    /// <summary>Those of a network in the order of the layers.</summary>
    public static IReadOnlyList<SkippableLayer> Of(IReadOnlyList<LayerDefinition> layers)
    {
        var inBranch = new HashSet<int>(ResidualBranch.Of(layers).SelectMany(branch => branch.Layers));
        var behindWeights = BehindWeights(layers);
        var beforeWeights = BeforeWeights(layers);
        return [.. Enumerable.Range(0, layers.Count)
            .Where(i => layers[i].HasWeight && layers[i].InputShape == layers[i].OutputShape && !inBranch.Contains(i)
                && behindWeights.Contains(layers[i].Inputs[0]) && beforeWeights.Contains(layers[i].Name))
            .Select(i => new SkippableLayer(i, Group(layers, i)))];
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

    private static List<int> Group(IReadOnlyList<LayerDefinition> layers, int index)
    {
        var group = new List<int> { index };
        if (OnlyReader(layers, index) is { } norm && layers[norm].Kind == LayerKind.BatchNorm)
            group.Add(norm);
        if (OnlyReader(layers, group[group.Count - 1]) is { } relu && layers[relu].Kind == LayerKind.ReLU
            && Source(layers, layers[index].Inputs[0])?.Kind == LayerKind.ReLU)
            group.Add(relu);
        return group;
    }

    // Dropout may lie between, here and there.
    private static int? OnlyReader(IReadOnlyList<LayerDefinition> layers, int index)
    {
        var readers = Enumerable.Range(0, layers.Count).Where(i => layers[i].Inputs.Contains(layers[index].Name)).ToList();
        return readers.Count != 1 ? null : layers[readers[0]].Kind == LayerKind.Dropout ? OnlyReader(layers, readers[0]) : readers[0];
    }

    private static LayerDefinition? Source(IReadOnlyList<LayerDefinition> layers, string value)
    {
        var source = layers.FirstOrDefault(layer => layer.Name == value);
        return source?.Kind == LayerKind.Dropout ? Source(layers, source.Inputs[0]) : source;
    }
}
