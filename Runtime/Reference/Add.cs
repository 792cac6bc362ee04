using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>
/// quantized::add and quantized::add_relu. Vectorized kernel and scalar tail round differently: see <see cref="AddLayout"/>.
/// </summary>
internal static class Add
{
    public static void Run(QuantizedNetwork network, QuantizedNode node, ReadOnlySpan<byte> x1, ReadOnlySpan<byte> x2, Span<byte> y)
    {
        var a = network.Nodes[node.Inputs[0]];
        var b = network.Nodes[node.Inputs[1]];
        var offsetA = QuantizedMath.FusedOffset(a.Scale, a.ZeroPoint);
        var offsetB = QuantizedMath.FusedOffset(b.Scale, b.ZeroPoint);
        var inverse = 1f / node.Scale;
        var vector = AddLayout.VectorElements(network, node);
        for (var i = 0; i < y.Length; i++)
        {
            var fused = AddLayout.MemoryIndex(node, i / node.Shape.Positions, i % node.Shape.Positions) < vector;
            var left = fused ? QuantizedMath.DequantizeFused(x1[i], a.Scale, offsetA)
                : QuantizedMath.Dequantize(x1[i], a.Scale, a.ZeroPoint);
            var right = fused ? QuantizedMath.DequantizeFused(x2[i], b.Scale, offsetB)
                : QuantizedMath.Dequantize(x2[i], b.Scale, b.ZeroPoint);
            y[i] = QuantizedMath.Add(left, right, inverse, node.ZeroPoint, node.Relu);
        }
    }
}
