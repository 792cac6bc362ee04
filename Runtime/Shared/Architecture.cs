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
    /// Whether a converted network is no larger than conversion makes the declared one: no more weights, no more multiplications, and at
    /// most four times as many values. Whoever runs networks of one definition only takes memory and time for a file in proportion to
    /// that definition, whatever else the file says.
    /// </summary>
    public static bool IsWithin(NetworkDefinition definition, QuantizedNetwork network)
    {
        long declaredValues = definition.InputShape.Elements, declaredWeights = 0, values = 0, weights = 0;
        double declaredWork = 0, work = 0; // beyond long, if a file wants it to be
        foreach (var layer in definition.Layers)
        {
            declaredValues += layer.OutputShape.Elements;
            declaredWork += Steps(layer.HasWeight ? layer.WeightShape : null, layer.Window, layer.OutputShape);
            if (layer.HasWeight)
                declaredWeights += MemoryRules.Elements(layer.WeightShape);
        }

        foreach (var node in network.Nodes)
        {
            values += node.Shape.Elements;
            weights += node.Weight?.Elements ?? 0;
            work += Steps(node.Weight?.Dimensions, node.Window, node.Shape);
        }

        return weights <= declaredWeights && work <= declaredWork && values <= CopiesOfValue * declaredValues;
    }

    // What is computed for every weight, or tap of a pool, at every position; operators without take their values' time.
    private static double Steps(IReadOnlyList<int>? weight, Window? window, Shape output) => weight is not null
        ? Work.Macs(weight, output)
        : window is null ? 0 : (double)output.Elements * window.KernelHeight * window.KernelWidth;

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
