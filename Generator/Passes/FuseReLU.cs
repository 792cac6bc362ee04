using CompileTime.Generator.Graph;
using CompileTime.Shared;

namespace CompileTime.Generator.Passes;

/// <summary>
/// A ReLU that PyTorch did not fuse, after the only operator it reads: max(q, zero point) moves into that operator's output stage.
/// Requantization is monotonic and takes 0 to the zero point, so the bytes are the same.
/// </summary>
internal static class FuseReLU
{
    public static LaidOutNetwork Run(LaidOutNetwork graph)
    {
        for (var i = 1; i < graph.Network.Nodes.Count; i++)
        {
            var node = graph.Network.Nodes[i];
            if (node.Op != QuantizedOp.ReLU)
                continue;
            var input = graph.Network.Nodes[node.Inputs[0]];
            if (input.Op is QuantizedOp.Linear or QuantizedOp.DynamicLinear or QuantizedOp.Conv2d or QuantizedOp.Add
                && graph.Readers(node.Inputs[0]).Count == 1)
                graph = graph.With(node.Inputs[0], input with { Relu = true }).With(i, new ValueLayout(node.Inputs[0], 1));
        }

        return graph;
    }
}
