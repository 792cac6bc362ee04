using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>Operators without weights on bytes, and the portable tier's layers: calls of the runtime's kernels with this network's numbers.</summary>
internal static class CallEmitter
{
    public static void Emit(CodeWriter code, NetworkPlan plan, NodePlan node)
    {
        if (plan.IsPlanar && PlanarCalls.Emit(code, plan, node))
            return;
        if (node.Node.IsFloat || node.Node.Op == QuantizedOp.Quantize)
        {
            FloatCallEmitter.Emit(code, plan, node);
            return;
        }

        var inputs = node.Node.Inputs;
        var x = inputs.Count > 0 ? plan.Nodes[inputs[0]] : node;
        var y = node.Buffer;
        switch (node.Node.Op)
        {
            case QuantizedOp.MaxPool2d:
                Call(code, "PoolKernels.Max", At(x), At(node), Geometry(x), Geometry(node), Window(node.Node.Window!));
                break;
            case QuantizedOp.AvgPool2d:
                Call(code, "PoolKernels.Average", Header(node), At(x), At(node), Geometry(x), Geometry(node), Window(node.Node.Window!),
                    Numbers.Text(node.Node.CountIncludePad), Numbers.Text(node.Node.DivisorOverride), ChannelsLast(node));
                break;
            case QuantizedOp.AdaptiveAvgPool2d:
                Call(code, "PoolKernels.AdaptiveAverage", Header(node), At(x), At(node), Geometry(x), Geometry(node), ChannelsLast(node));
                break;
            case QuantizedOp.Add:
                var second = plan.Nodes[inputs[1]];
                Call(code, "ElementKernels.Add", Header(x), Header(second), Header(node), At(x), At(second), At(node),
                    Numbers.Text(x.Buffer.RowStride), Numbers.Text(second.Buffer.RowStride), Geometry(node), Numbers.Text(node.Node.Relu),
                    ChannelsLast(node), Numbers.Text(AddLayout.VectorElements(plan.Network, node.Node)));
                break;
            case QuantizedOp.Concat:
                var channel = 0;
                for (var i = 0; i < inputs.Count; i++)
                {
                    var part = plan.Nodes[inputs[i]];
                    Call(code, "ElementKernels.Concat", Header(part), Header(node), At(part),
                        "s + " + Numbers.Text(y.Origin + channel), Geometry(part), Numbers.Text(y.Shape.Channels), Numbers.Text(y.RowStride),
                        ChannelsLast(node), Numbers.Text(ConcatLayout.VectorChannels(plan.Network, node.Node, i)));
                    channel += part.Node.Shape.Channels;
                }

                break;
            case QuantizedOp.ReLU:
            case QuantizedOp.ReLU6:
                Call(code, "ElementKernels.Clamp", Header(node), At(x), At(node), Numbers.Text(x.Buffer.RowStride), Geometry(node),
                    Numbers.Text(node.Node.Op == QuantizedOp.ReLU6));
                break;
            case QuantizedOp.Flatten:
                Call(code, "ElementKernels.Flatten", At(x), At(node), Geometry(x));
                break;
            case var op when ScalarFunctions.Has(op):
                Call(code, "TableKernels.Run", Block(node), At(x), At(node), Numbers.Text(x.Buffer.RowStride), Geometry(node));
                break;
            case QuantizedOp.Linear:
            case QuantizedOp.Conv2d:
                Weighted(code, node, x);
                break;
        }
    }

    /// <summary>Fills the border of a value that has one; after the value itself is written.</summary>
    public static void Border(CodeWriter code, NodePlan node)
    {
        var buffer = node.Buffer;
        if (!buffer.HasBorder || node.Value.IsView)
            return;
        var position = buffer.PositionBytes;
        Call(code, "ElementKernels.FillBorder", Header(node), "s + " + Numbers.Text(buffer.Start), Numbers.Text(buffer.Top),
            Numbers.Text(buffer.Left * position), Numbers.Text(buffer.Bottom), Numbers.Text(buffer.Right * position),
            Numbers.Text(buffer.Shape.Height), Numbers.Text(buffer.RowStride));
    }

    public static string Header(NodePlan node) => "(NodeHeader*)w + " + Numbers.Text(node.Index);

    public static string Block(NodePlan node) => "(byte*)(" + Header(node) + ") + (" + Header(node) + ")->Block";

    private static void Weighted(CodeWriter code, NodePlan node, NodePlan input)
    {
        var window = node.Node.Window ?? new Window(1, 1);
        var channels = input.Buffer.Shape.Channels;
        var origin = input.Buffer.Origin - (window.Top * input.Buffer.RowStride) - (window.Left * channels);
        Call(code, "NonzeroKernels.Run", Header(node), Block(node),
            "s + " + Numbers.Text(origin), At(node), Numbers.Text(window.StrideHeight * input.Buffer.RowStride),
            Numbers.Text(window.StrideWidth * channels), Geometry(node), Numbers.Text(node.Node.Weight!.IsPerChannel), Numbers.Text(node.Node.Relu));
    }

    public static void Call(CodeWriter code, string method, params string[] arguments) =>
        code.Line(method + "(" + string.Join(", ", arguments) + ");");

    public static string At(NodePlan node) => "s + " + Numbers.Text(node.Buffer.Origin);

    public static string ChannelsLast(NodePlan node) => Numbers.Text(node.Node.Format == MemoryFormat.ChannelsLast);

    public static string Geometry(NodePlan node) => "new ImageGeometry(" + string.Join(", ", Numbers.Text(node.Node.Shape.Channels),
        Numbers.Text(node.Node.Shape.Height), Numbers.Text(node.Node.Shape.Width), Numbers.Text(node.Buffer.RowStride)) + ")";

    public static string Window(Window window) => "new WindowGeometry(" + string.Join(", ", Numbers.Text(window.KernelHeight),
        Numbers.Text(window.KernelWidth), Numbers.Text(window.StrideHeight), Numbers.Text(window.StrideWidth), Numbers.Text(window.Top),
        Numbers.Text(window.Left), Numbers.Text(window.Bottom), Numbers.Text(window.Right), Numbers.Text(window.DilationHeight),
        Numbers.Text(window.DilationWidth)) + ")";
}
