using System;
using System.Collections.Generic;
using System.Linq;

namespace CompileTime.Shared;

/// <summary>
/// Which layers become part of the one before them when a network is converted, as by torch's fuse_modules: (Conv2d | Linear) +
/// BatchNorm, (Conv2d | Linear | Add) + ReLU. A value that somebody else reads, too, is not fused away.
/// </summary>
/// <param name="layers">In order; without dropout and the final softmax, which conversion leaves out.</param>
internal sealed class LayerFusion(IReadOnlyList<LayerDefinition> layers)
{
    private readonly Dictionary<string, LayerDefinition> _byName = layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal);
    private readonly ILookup<string, LayerDefinition> _readers = layers
        .SelectMany(layer => layer.Inputs.Distinct().Select(input => (input, layer)))
        .ToLookup(pair => pair.input, pair => pair.layer, StringComparer.Ordinal);

    /// <summary>Those that read a layer's result, or the network's input.</summary>
    public IEnumerable<LayerDefinition> Readers(string value) => _readers[value];

    /// <summary>The layer whose weights a BatchNorm is folded into; null when it cannot be.</summary>
    public LayerDefinition? HostOf(LayerDefinition batchNorm) =>
        _byName.TryGetValue(batchNorm.Inputs[0], out var before) && before.HasWeight && OnlyReader(before) == batchNorm ? before : null;

    /// <summary>Whether a BatchNorm is folded into the layer's weights.</summary>
    public bool IsFolded(LayerDefinition layer) => layer.HasWeight && OnlyReader(layer) is { Kind: LayerKind.BatchNorm };

    /// <summary>The ReLU that becomes part of the layer, once every BatchNorm is folded; null when there is none.</summary>
    public LayerDefinition? ReLUOf(LayerDefinition layer) => layer.Kind is LayerKind.Linear or LayerKind.Conv2d or LayerKind.Add
        && OnlyReader(layer) is { Kind: LayerKind.ReLU } next ? next : null;

    // The output of the network has no reader: it is the last layer, and nothing follows it that could be fused.
    private LayerDefinition? OnlyReader(LayerDefinition layer) =>
        _readers[layer.Name].Take(2).ToList() is { Count: 1 } only ? only[0] : null;
}
