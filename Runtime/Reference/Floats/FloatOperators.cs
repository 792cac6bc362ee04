using System.Runtime.InteropServices;
using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Reference.Floats;

/// <summary>
/// The operators with float values, and those that convert. The arithmetic is pinned, so that every kernel gives the same bits: products
/// are added in the order of the weights by fused multiply-adds that begin with the bias; sums of pools go along the rows.
/// </summary>
internal static class FloatOperators
{
    /// <param name="model">The network.</param>
    /// <param name="index">The node.</param>
    /// <param name="values">The bytes of all nodes, in NCHW order; a float value has four per element.</param>
    public static void Run(QuantizedModel model, int index, byte[][] values)
    {
        var node = model.Network.Nodes[index];
        var input = model.Network.Nodes[node.Inputs[0]];
        var x = Floats(values[node.Inputs[0]]);
        var y = Floats(values[index]);
        switch (node.Op)
        {
            case QuantizedOp.Quantize:
                Quantize.Run(node, x, values[index]);
                break;
            case QuantizedOp.Dequantize:
                Dequantize.Run(input, values[node.Inputs[0]], y);
                break;
            case QuantizedOp.Linear:
            case QuantizedOp.Conv2d:
                FloatConv2d.Run(node, input, model.Weights[index]!, x, y);
                break;
            case QuantizedOp.DynamicLinear:
                DynamicLinear.Run(node, model.Weights[index]!, x, y);
                break;
            case QuantizedOp.MaxPool2d:
            case QuantizedOp.AvgPool2d:
            case QuantizedOp.AdaptiveAvgPool2d:
                FloatPools.Run(node, input, x, y);
                break;
            case QuantizedOp.Concat:
                var start = 0;
                foreach (var part in node.Inputs)
                {
                    Floats(values[part]).CopyTo(y[start..]);
                    start += model.Network.Nodes[part].Shape.Elements;
                }

                break;
            case QuantizedOp.Add:
                var second = Floats(values[node.Inputs[1]]);
                for (var i = 0; i < y.Length; i++)
                    y[i] = node.Relu ? FloatMath.ReLU(x[i] + second[i]) : x[i] + second[i];
                break;
            case QuantizedOp.Flatten:
                x.CopyTo(y);
                break;
            default:
                for (var i = 0; i < y.Length; i++)
                    y[i] = FloatMath.Run(node, x[i]);
                break;
        }
    }

    private static Span<float> Floats(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
}
