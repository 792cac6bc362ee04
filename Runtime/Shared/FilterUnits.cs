using System;
using System.Collections.Generic;
using System.Linq;

namespace CompileTime.Shared;

/// <summary>Filters that can only be taken out of a network together, because they give one channel of one value.</summary>
internal sealed class FilterUnit
{
    /// <summary>Filters of Linear and Conv2d, in the order of the layers, by index of the layer.</summary>
    public List<(int Layer, int Filter)> Filters { get; } = [];

    /// <summary>Channels of BatchNorm that would otherwise make something of a channel that is zero.</summary>
    public List<(int Layer, int Channel)> Norms { get; } = [];

    /// <summary>A channel of the network's input is among them, which stays.</summary>
    public bool HasInput { get; set; }

    /// <summary>A channel of the network's result is among them, which stays.</summary>
    public bool HasOutput { get; set; }

    /// <summary>The same number for layers that share a unit, directly or through others.</summary>
    public int Cluster { get; set; }

    /// <summary>Whether the rule of one layer can prune the unit: it must be the rule of all of them.</summary>
    public bool Follows(PruneRule rule, IReadOnlyList<LayerDefinition> layers) =>
        rule.IsFilter && !HasInput && Filters.All(filter => rule.Equals(layers[filter.Layer].Prune));
}

/// <summary>
/// The dependency groups of a declared network, as DepGraph (Fang et al. 2023) and Torch-Pruning have them: both operands of Add give
/// the same channels; BatchNorm, activations, pools and depthwise convolutions hand them on; Concat puts them one after the other;
/// Flatten makes features of them. Of another grouped convolution whole groups go, with all channels that they read: a smaller one of
/// equal groups is left.
/// </summary>
internal sealed class FilterUnits
{
    private readonly IReadOnlyList<LayerDefinition> _layers;
    private readonly Dictionary<string, int> _values = new() { [NetworkDefinition.InputName] = 0 };
    private readonly int[] _first;
    private readonly DisjointSets _channels;

    private FilterUnits(IReadOnlyList<LayerDefinition> layers, Shape input)
    {
        _layers = layers;
        _first = new int[layers.Count + 2];
        _first[1] = input.Channels;
        for (var i = 0; i < layers.Count; i++)
        {
            _values.Add(layers[i].Name, i + 1);
            _first[i + 2] = _first[i + 1] + layers[i].OutputShape.Channels;
        }

        _channels = new DisjointSets(_first[layers.Count + 1]);
    }

    /// <summary>Every filter of the network in exactly one unit; ordered by their first filters.</summary>
    public static IReadOnlyList<FilterUnit> Of(IReadOnlyList<LayerDefinition> layers, Shape input)
    {
        var groups = new FilterUnits(layers, input);
        for (var i = 0; i < layers.Count; i++)
        {
            for (var c = 0; c < layers[i].OutputShape.Channels; c++)
                groups.Tie(i, c);
        }

        return groups.Collect();
    }

    private void Tie(int index, int channel)
    {
        var layer = _layers[index];
        var value = _first[index + 1] + channel;
        switch (layer.Kind)
        {
            case LayerKind.Linear:
                break;
            case LayerKind.Conv2d:
                var inputs = layer.InputShape.Channels / layer.Groups;
                var group = channel / (layer.OutputShape.Channels / layer.Groups);
                for (var i = 0; i < inputs && layer.Groups > 1; i++)
                    _channels.Join(value, Of(layer.Inputs[0], (group * inputs) + i));
                break;
            case LayerKind.Flatten:
                _channels.Join(value, Of(layer.Inputs[0], channel / layer.InputShape.Positions));
                break;
            case LayerKind.Concat:
                var k = 0;
                for (; channel >= Channels(layer.Inputs[k]); k++)
                    channel -= Channels(layer.Inputs[k]);
                _channels.Join(value, Of(layer.Inputs[k], channel));
                break;
            default:
                foreach (var input in layer.Inputs)
                    _channels.Join(value, Of(input, channel));
                break;
        }
    }

    private List<FilterUnit> Collect()
    {
        var units = new List<FilterUnit>();
        var byRoot = new Dictionary<int, FilterUnit>();
        foreach (var (layer, channel) in Outputs(layer => layer.HasWeight))
        {
            var root = Root(layer, channel);
            if (!byRoot.TryGetValue(root, out var unit))
            {
                byRoot.Add(root, unit = new FilterUnit());
                units.Add(unit);
            }

            unit.Filters.Add((layer, channel));
        }

        foreach (var norm in Outputs(layer => layer.Kind == LayerKind.BatchNorm))
        {
            if (byRoot.TryGetValue(Root(norm.Layer, norm.Channel), out var unit))
                unit.Norms.Add(norm);
        }

        foreach (var (layer, channel) in Outputs(layer => layer == _layers[_layers.Count - 1]))
        {
            if (byRoot.TryGetValue(Root(layer, channel), out var unit))
                unit.HasOutput = true;
        }

        for (var c = 0; c < _first[1]; c++)
        {
            if (byRoot.TryGetValue(_channels.Root(c), out var unit))
                unit.HasInput = true;
        }

        SetClusters(units);
        return units;
    }

    private void SetClusters(List<FilterUnit> units)
    {
        var clusters = new DisjointSets(_layers.Count);
        foreach (var unit in units)
        {
            foreach (var (layer, _) in unit.Filters)
                clusters.Join(layer, unit.Filters[0].Layer);
        }

        foreach (var unit in units)
            unit.Cluster = clusters.Root(unit.Filters[0].Layer);
    }

    private IEnumerable<(int Layer, int Channel)> Outputs(Func<LayerDefinition, bool> of)
    {
        for (var i = 0; i < _layers.Count; i++)
        {
            for (var c = 0; of(_layers[i]) && c < _layers[i].OutputShape.Channels; c++)
                yield return (i, c);
        }
    }

    private int Root(int layer, int channel) => _channels.Root(_first[layer + 1] + channel);

    private int Of(string value, int channel) => _first[_values[value]] + channel;

    private int Channels(string value) => _first[_values[value] + 1] - _first[_values[value]];
}
