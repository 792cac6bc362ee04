using System.Linq;
using CompileTime.Generator.Graph;
using CompileTime.Shared;

namespace CompileTime.Generator.Passes;

/// <summary>
/// Flatten costs nothing when its readers can be told the order: a Linear's columns are permuted when its weights are packed.
/// Any other reader needs PyTorch's order, unless it is the same anyway (one channel, or one position). An image that also has a
/// border in memory is copied. So are float values: the order of their sums is part of the result.
/// </summary>
internal static class FlattenViews
{
    public static LaidOutNetwork Run(LaidOutNetwork graph)
    {
        var nodes = graph.Network.Nodes;
        for (var i = 1; i < nodes.Count; i++)
        {
            if (nodes[i].Op != QuantizedOp.Flatten || graph.Values[i].IsView)
                continue;
            // Planes lie in PyTorch's order already, and have no border.
            if (graph.IsPlanar)
            {
                graph = graph.With(i, new ValueLayout(nodes[i].Inputs[0], 1));
                continue;
            }

            var shape = nodes[nodes[i].Inputs[0]].Shape;
            var sameOrder = shape.Channels == 1 || shape.Positions == 1;
            var readers = graph.Readers(i);
            var onlyLinear = !nodes[i].IsFloat && readers.Count > 0 && readers.All(reader => nodes[reader].Op == QuantizedOp.Linear);
            if ((sameOrder || onlyLinear) && !HasBorder(graph, nodes[i].Inputs[0]))
                graph = graph.With(i, new ValueLayout(nodes[i].Inputs[0], sameOrder ? 1 : shape.Positions));
        }

        return graph;
    }

    private static bool HasBorder(LaidOutNetwork graph, int value)
    {
        var owner = graph.Owner(value);
        for (var i = 0; i < graph.Network.Nodes.Count; i++)
        {
            if (graph.Network.Nodes[i] is { Op: QuantizedOp.Conv2d, Window.HasPadding: true } conv && graph.Owner(conv.Inputs[0]) == owner)
                return true;
        }

        return false;
    }
}
