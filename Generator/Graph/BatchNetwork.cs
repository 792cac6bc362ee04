using System.Collections.Generic;
using System.Linq;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>
/// A network of Linear layers as it is run on many samples at once: the samples are the positions of an image, and a Linear is a 1x1
/// convolution. Weights are then read once for several samples, and the kernels are those of convolutions.
/// </summary>
internal static class BatchNetwork
{
    /// <summary>Samples at once: the positions of a vector.</summary>
    public const int Samples = 64;

    // Those of a tile. Whether a text is exact for what it reads is told row by row: a large byte slows down its row alone.
    private const int RowSamples = 8;

    // More is no gain, and would have to be addressed.
    private const int MostFeatures = 1 << 20;

    /// <summary>The network for <see cref="Samples"/> samples; null where it has operators that look at a sample as a whole.</summary>
    public static LaidOutNetwork? Of(QuantizedNetwork network)
    {
        var nodes = new List<QuantizedNode>();
        var views = new List<int>();
        var features = 0L;
        for (var i = 0; i < network.Nodes.Count; i++)
        {
            var node = network.Nodes[i];
            features += node.Shape.Elements;
            if (node.IsFloat || features > MostFeatures || !CanRun(network, i))
                return null;
            if (node.Op == QuantizedOp.Flatten)
                views.Add(i);
            nodes.Add(node with
            {
                Op = node.Op == QuantizedOp.Linear ? QuantizedOp.Conv2d : node.Op,
                Shape = Shape.Image(node.Shape.Elements, Samples / RowSamples, RowSamples),
                Window = node.Op == QuantizedOp.Linear ? new Window(1, 1) : null,
                Weight = node.Weight is { } weight
                    ? weight with { Dimensions = [weight.Dimensions[0], weight.Dimensions[1], 1, 1], SparseSteps = 0 }
                    : null,
            });
        }

        var graph = LaidOutNetwork.From(new QuantizedNetwork { Nodes = nodes, Softmax = network.Softmax });
        foreach (var view in views)
            graph = graph.With(view, new ValueLayout(nodes[view].Inputs[0], 1));
        return graph;
    }

    private static bool CanRun(QuantizedNetwork network, int index)
    {
        var node = network.Nodes[index];
        return node.Op switch
        {
            // An image is only flattened: the order of its elements is that of the features.
            QuantizedOp.Quantize => index == 0 && (node.Shape.IsFlat || Enumerable.Range(1, network.Nodes.Count - 1)
                .All(reader => !network.Nodes[reader].Inputs.Contains(0) || network.Nodes[reader].Op == QuantizedOp.Flatten)),
            QuantizedOp.Flatten => node.Inputs[0] == 0 || network.Nodes[node.Inputs[0]].Shape.IsFlat,
            QuantizedOp.Linear or QuantizedOp.ReLU or QuantizedOp.ReLU6 => true,
            _ => false,
        };
    }
}
