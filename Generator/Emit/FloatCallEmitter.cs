using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>Operators with float values: calls of the runtime's float kernels, the same in every instruction set.</summary>
internal static class FloatCallEmitter
{
    public static void Emit(CodeWriter code, NetworkPlan plan, NodePlan node)
    {
        var inputs = node.Node.Inputs;
        var x = plan.Nodes[inputs[0]];
        var stride = Numbers.Text(x.Buffer.RowStride);
        var (from, to, output) = (CallEmitter.At(x), CallEmitter.At(node), CallEmitter.Geometry(node));
        switch (node.Node.Op)
        {
            case QuantizedOp.Quantize:
                CallEmitter.Call(code, "FloatKernels.Quantize", CallEmitter.Header(node), from, to, stride, output);
                break;
            case QuantizedOp.Dequantize:
                CallEmitter.Call(code, "FloatKernels.Dequantize", CallEmitter.Header(x), from, to, stride, output);
                break;
            case QuantizedOp.MaxPool2d:
                CallEmitter.Call(code, "FloatPoolKernels.Max", from, to, CallEmitter.Geometry(x), output, CallEmitter.Window(node.Node.Window!));
                break;
            case QuantizedOp.AvgPool2d:
                CallEmitter.Call(code, "FloatPoolKernels.Average", from, to, CallEmitter.Geometry(x), output, CallEmitter.Window(node.Node.Window!),
                    Numbers.Text(node.Node.CountIncludePad), Numbers.Text(node.Node.DivisorOverride));
                break;
            case QuantizedOp.AdaptiveAvgPool2d:
                CallEmitter.Call(code, "FloatPoolKernels.AdaptiveAverage", from, to, CallEmitter.Geometry(x), output);
                break;
            case QuantizedOp.Add:
                var second = plan.Nodes[inputs[1]];
                CallEmitter.Call(code, "FloatKernels.Add", from, CallEmitter.At(second), to, stride, Numbers.Text(second.Buffer.RowStride), output,
                    Numbers.Text(node.Node.Relu));
                break;
            case QuantizedOp.Concat:
                var channel = 0;
                foreach (var input in inputs)
                {
                    var part = plan.Nodes[input];
                    CallEmitter.Call(code, "FloatKernels.Concat", CallEmitter.At(part),
                        "s + " + Numbers.Text(node.Buffer.Origin + (channel * node.Buffer.ElementBytes)), CallEmitter.Geometry(part),
                        Numbers.Text(node.Buffer.Shape.Channels), Numbers.Text(node.Buffer.RowStride));
                    channel += part.Node.Shape.Channels;
                }

                break;
            case QuantizedOp.ReLU:
            case QuantizedOp.ReLU6:
                CallEmitter.Call(code, "FloatKernels.Clamp", from, to, stride, output, Numbers.Text(node.Node.Op == QuantizedOp.ReLU6));
                break;
            case QuantizedOp.Flatten:
                CallEmitter.Call(code, "FloatKernels.Store", from, "(float*)(" + to + ")", CallEmitter.Geometry(x));
                break;
            case QuantizedOp.DynamicLinear:
                CallEmitter.Call(code, "DynamicKernels.Nonzeros", CallEmitter.Block(node), Staged(node), to,
                    Numbers.Text(node.Node.Shape.Channels), Numbers.Text(node.Node.Relu));
                break;
            case QuantizedOp.Linear:
            case QuantizedOp.Conv2d:
                Weighted(code, node, x);
                break;
            default:
                CallEmitter.Call(code, "FloatKernels.Map", "ScalarFunction." + node.Node.Op, Numbers.Text(node.Node.Slope) + "f", from, to, stride,
                    output);
                break;
        }
    }

    /// <summary>DynamicLinear: its input as bytes, with the scale and zero point of this call.</summary>
    public static void Stage(CodeWriter code, NetworkPlan plan, NodePlan node) => CallEmitter.Call(code, "DynamicKernels.Quantize",
        CallEmitter.At(plan.Nodes[node.Node.Inputs[0]]), Numbers.Text(node.Staging!.Shape.Elements), Staged(node),
        Numbers.Text(node.Node.ReduceRange));

    /// <summary>Where <see cref="Stage"/> leaves what it finds.</summary>
    public static string Staged(NodePlan node) => "s + " + Numbers.Text(node.Staging!.Start - BufferPlanner.StagingHeader);

    private static void Weighted(CodeWriter code, NodePlan node, NodePlan input)
    {
        var window = node.Node.Window ?? new Window(1, 1);
        var origin = input.Buffer.Origin - (window.Top * input.Buffer.RowStride) - (window.Left * input.Buffer.PositionBytes);
        var weight = node.Node.Weight!;
        CallEmitter.Call(code, "FloatDotKernels.Run", CallEmitter.Block(node), "s + " + Numbers.Text(origin), CallEmitter.At(node),
            Numbers.Text(window.StrideHeight * input.Buffer.RowStride), Numbers.Text(window.StrideWidth * input.Buffer.PositionBytes),
            CallEmitter.Geometry(node), Numbers.Text(node.Node.Groups), Numbers.Text(weight.Dimensions[1]),
            Numbers.Text(weight.Elements / weight.Outputs), Numbers.Text(node.Node.Relu));
    }
}
