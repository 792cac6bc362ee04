using System.Collections.Generic;
using System.Linq;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>Which filters a rule can take where those of several layers can only go together.</summary>
internal sealed class PrunedFilters
{
    private readonly IReadOnlyList<DeclaredNode> _nodes;
    private readonly IReadOnlyList<LayerDefinition> _layers;
    private readonly ILookup<int, FilterUnit> _byLayer;

    /// <param name="nodes">As declared.</param>
    /// <param name="layers">With the rule that each layer or its class declares, whether it can be followed or not.</param>
    /// <param name="input">The network's.</param>
    public PrunedFilters(IReadOnlyList<DeclaredNode> nodes, IReadOnlyList<LayerDefinition> layers, Shape input)
    {
        _nodes = nodes;
        _layers = layers;
        _byLayer = FilterUnits.Of(_layers, input)
            .SelectMany(unit => unit.Filters.Select(filter => filter.Layer).Distinct().Select(layer => (layer, unit)))
            .ToLookup(pair => pair.layer, pair => pair.unit);
    }

    /// <summary>Whether all channels of the layer are the network's result.</summary>
    public bool AreOutputs(int node) => _byLayer[node].All(unit => unit.HasOutput);

    /// <summary>What the layer's rule can prune of it.</summary>
    public IReadOnlyList<FilterUnit> Of(int node) => _layers[node].Prune is { } rule
        ? [.. _byLayer[node].Where(unit => !unit.HasOutput && unit.Follows(rule, _layers))]
        : [];

    /// <summary>Why no filter of the layer can be pruned by its rule; null when one can, or there is nothing to do.</summary>
    public string? Misfit(int node)
    {
        if (AreOutputs(node))
            return "its filters are the network's outputs";
        if (_layers[node].Prune is not { IsActive: true } rule || Of(node).Count > 0)
            return null;
        if (_byLayer[node].All(unit => unit.HasInput || unit.HasOutput))
            return "its channels are those of the network's " + (_byLayer[node].First().HasInput ? "input" : "result");
        var other = _byLayer[node].SelectMany(unit => unit.Filters).First(filter => !rule.Equals(_layers[filter.Layer].Prune)).Layer;
        return "its filters can only go together with those of " + _nodes[other].Label + ", which has "
            + (_layers[other].Prune is null ? "no rule" : "another rule");
    }
}
