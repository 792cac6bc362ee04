using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>Whether two networks are alike in all but what training determines.</summary>
internal static class Architecture
{
    // As bytes and as floats is what conversion makes; this is no place to be exact.
    private const int CopiesOfValue = 4;

    /// <summary>The same layers, whatever their pruning.</summary>
    public static bool Same(NetworkDefinition a, NetworkDefinition b) =>
        DefinitionText.Write(Unpruned(a)) == DefinitionText.Write(Unpruned(b));

    /// <summary>
    /// Whether a converted network is no larger than conversion makes the declared one. Whoever runs networks of one definition only takes
    /// no more memory for a file than that definition needs, whatever else the file says.
    /// </summary>
    public static bool IsWithin(NetworkDefinition definition, QuantizedNetwork network)
    {
        long declaredValues = definition.InputShape.Elements, declaredWeights = 0, values = 0, weights = 0;
        foreach (var layer in definition.Layers)
        {
            declaredValues += layer.OutputShape.Elements;
            if (layer.HasWeight)
                declaredWeights += MemoryRules.Elements(layer.WeightShape);
        }

        foreach (var node in network.Nodes)
        {
            values += node.Shape.Elements;
            weights += node.Weight?.Elements ?? 0;
        }

        return weights <= declaredWeights && values <= CopiesOfValue * declaredValues;
    }

    /// <summary>
    /// Whether code generated for one network runs the other: scales, zero points and weights are data there, everything else is
    /// in the code.
    /// </summary>
    public static bool SameCode(QuantizedNetwork a, QuantizedNetwork b)
    {
        if (a.Nodes.Count != b.Nodes.Count || a.Softmax != b.Softmax)
            return false;
        for (var i = 0; i < a.Nodes.Count; i++)
        {
            var (x, y) = (a.Nodes[i], b.Nodes[i]);
            if (x.Op != y.Op || x.Shape != y.Shape || x.Format != y.Format || x.Relu != y.Relu
                || x.IsFloat != y.IsFloat || x.ReduceRange != y.ReduceRange || !x.Slope.Equals(y.Slope) || x.Window != y.Window
                || x.Groups != y.Groups
                || x.CeilMode != y.CeilMode || x.CountIncludePad != y.CountIncludePad || x.DivisorOverride != y.DivisorOverride
                || !Same(x.Inputs, y.Inputs) || !Same(x.Vector, y.Vector) || !Same(x.Weight, y.Weight))
                return false;
        }

        return true;
    }

    // How many weights are kept decides which kernel is best, not which is right. Affine weights need another kernel.
    private static bool Same(WeightInfo? a, WeightInfo? b) => a is null || b is null
        ? a is null && b is null
        : Same(a.Dimensions, b.Dimensions) && a.IsFloat == b.IsFloat && a.IsPerChannel == b.IsPerChannel
        && a.ZeroPoint == 0 == (b.ZeroPoint == 0);

    private static bool Same(IReadOnlyList<int>? a, IReadOnlyList<int>? b)
    {
        if (a is null || b is null)
            return a is null && b is null;
        if (a.Count != b.Count)
            return false;
        for (var i = 0; i < a.Count; i++)
        {
            if (a[i] != b[i])
                return false;
        }

        return true;
    }

    private static NetworkDefinition Unpruned(NetworkDefinition definition)
    {
        var layers = new List<LayerDefinition>();
        foreach (var layer in definition.Layers)
            layers.Add(layer with { Prune = null });
        return definition with { Layers = layers };
    }
}
