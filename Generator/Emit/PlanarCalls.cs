using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>Operators without weights over planes, and the portable tier's convolutions: calls of the runtime's kernels.</summary>
internal static class PlanarCalls
{
    /// <summary>False for operators that do not mind how images lie.</summary>
    public static bool Emit(CodeWriter code, NetworkPlan plan, NodePlan node)
    {
        var x = plan.Nodes[node.Node.Inputs[0]];
        switch (node.Node.Op)
        {
            case QuantizedOp.MaxPool2d:
                CallEmitter.Call(code, "PlanarPools.Max", CallEmitter.At(x), CallEmitter.At(node), CallEmitter.Geometry(x),
                    CallEmitter.Geometry(node), CallEmitter.Window(node.Node.Window!));
                return true;
            case QuantizedOp.AvgPool2d:
                CallEmitter.Call(code, "PlanarPools.Average", CallEmitter.Header(node), CallEmitter.At(x), CallEmitter.At(node),
                    CallEmitter.Geometry(x), CallEmitter.Geometry(node), CallEmitter.Window(node.Node.Window!),
                    Numbers.Text(node.Node.CountIncludePad), Numbers.Text(node.Node.DivisorOverride), CallEmitter.ChannelsLast(node));
                return true;
            case QuantizedOp.AdaptiveAvgPool2d:
                CallEmitter.Call(code, "PlanarPools.AdaptiveAverage", CallEmitter.Header(node), CallEmitter.At(x), CallEmitter.At(node),
                    CallEmitter.Geometry(x), CallEmitter.Geometry(node), CallEmitter.ChannelsLast(node));
                return true;
            case QuantizedOp.Add:
                var second = plan.Nodes[node.Node.Inputs[1]];
                CallEmitter.Call(code, "PlanarElements.Add", CallEmitter.Header(x), CallEmitter.Header(second), CallEmitter.Header(node),
                    CallEmitter.At(x), CallEmitter.At(second), CallEmitter.At(node), Numbers.Text(node.Node.Shape.Channels),
                    Numbers.Text(node.Node.Shape.Positions), Numbers.Text(node.Node.Relu), CallEmitter.ChannelsLast(node),
                    Numbers.Text(AddLayout.VectorElements(plan.Network, node.Node)));
                return true;
            case QuantizedOp.Concat:
                Concat(code, plan, node);
                return true;
            case QuantizedOp.ReLU:
            case QuantizedOp.ReLU6:
                var elements = Numbers.Text(node.Node.Shape.Elements);
                CallEmitter.Call(code, "ElementKernels.Clamp", CallEmitter.Header(node), CallEmitter.At(x), CallEmitter.At(node), elements,
                    "new ImageGeometry(" + elements + ", 1, 1, " + elements + ")", Numbers.Text(node.Node.Op == QuantizedOp.ReLU6));
                return true;
            case QuantizedOp.Conv2d:
                var layout = PlanarKernels.LayoutOf(plan.Network, node.Node);
                // Rows that lie behind each other are one.
                var (height, width) = layout.IsDirect ? (1, layout.Positions) : (node.Node.Shape.Height, node.Node.Shape.Width);
                CallEmitter.Call(code, "PlanarKernels.Run", CallEmitter.Header(node),
                    CallEmitter.Block(node), Planes(plan, node), CallEmitter.At(node),
                    Numbers.Text(node.Node.Shape.Channels), Planes(layout), Numbers.Text(height), Numbers.Text(width),
                    Numbers.Text(layout.IsNarrow), Numbers.Text(node.Node.Weight!.IsPerChannel), Numbers.Text(node.Node.Relu));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Copies a convolution's input into the shifted planes that it reads.</summary>
    public static void Shift(CodeWriter code, NetworkPlan plan, NodePlan node)
    {
        var x = plan.Nodes[node.Node.Inputs[0]];
        var layout = PlanarKernels.LayoutOf(plan.Network, node.Node);
        CallEmitter.Call(code, "PlaneShifts.Run", CallEmitter.Header(x), CallEmitter.At(x), Planes(plan, node), CallEmitter.Geometry(x),
            Planes(layout), CallEmitter.Window(node.Node.Window!));
    }

    private static string Planes(PlanarLayout layout) => "new PlanesGeometry(" + string.Join(", ", Numbers.Text(layout.Rows),
        Numbers.Text(layout.Width), Numbers.Text(layout.Phases), Numbers.Text(layout.Columns)) + ")";

    /// <summary>What the offsets of the layer's tables count from.</summary>
    public static string Planes(NetworkPlan plan, NodePlan node) => node.Workspace is { } workspace
        ? "s + " + Numbers.Text(workspace)
        : CallEmitter.At(plan.Nodes[node.Node.Inputs[0]]);

    private static void Concat(CodeWriter code, NetworkPlan plan, NodePlan node)
    {
        var offset = 0;
        for (var i = 0; i < node.Node.Inputs.Count; i++)
        {
            var part = plan.Nodes[node.Node.Inputs[i]];
            CallEmitter.Call(code, "PlanarElements.Concat", CallEmitter.Header(part), CallEmitter.Header(node), CallEmitter.At(part),
                "s + " + Numbers.Text(node.Buffer.Origin + offset), Numbers.Text(part.Node.Shape.Channels),
                Numbers.Text(part.Node.Shape.Positions), CallEmitter.ChannelsLast(node),
                Numbers.Text(ConcatLayout.VectorChannels(plan.Network, node.Node, i)));
            offset += part.Node.Shape.Elements;
        }
    }
}
