using System.Linq;
using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>One instruction set's class: how the weights are packed, the network as a list of calls, a method per layer.</summary>
internal static class TierEmitter
{
    public static void Emit(CodeWriter code, NetworkPlan plan, Tier tier)
    {
        code.Line("/// <summary>" + Describe(plan, tier) + "</summary>");
        using (code.Open("private static class " + ClassName(tier)))
        {
            Pack(code, plan, tier);
            code.Line();
            Forward(code, plan, tier);
            foreach (var lanes in plan.Nodes.Where(node => node.Kernels.Count > 0).Select(node => node.Kernels[tier].Lanes).Where(lanes => lanes > 0).Distinct())
                OutputStageEmitter.Methods(code, Isa.Of(lanes), plan.Network);
            var texts = new KernelTexts(code);
            foreach (var node in plan.Nodes)
            {
                if (node.Kernels.Count == 0 || plan.TextOf(node, tier) != tier)
                    continue;
                switch (node.Kernels[tier])
                {
                    case DenseKernel kernel:
                        DenseEmitter.Emit(code, texts, plan, node, kernel, Isa.Of(kernel.Lanes));
                        break;
                    case SparseKernel kernel:
                        SparseEmitter.Emit(code, texts, plan, node, kernel, Isa.Of(kernel.Lanes));
                        break;
                    case PlanarKernel { Lanes: > 0 } kernel:
                        PlanarEmitter.Emit(code, texts, plan, node, kernel, Isa.Of(kernel.Lanes));
                        break;
                    case DepthwiseKernel kernel:
                        DepthwiseEmitter.Emit(code, texts, plan, node, kernel, Isa.Of(kernel.Lanes));
                        break;
                }
            }
        }
    }

    /// <summary>Not the name of the instruction set alone: that is the name of its intrinsics.</summary>
    public static string ClassName(Tier tier) => tier + "Kernels";

    // Nothing where it is the tier's own.
    private static string Class(NetworkPlan plan, NodePlan node, Tier tier) =>
        plan.TextOf(node, tier) is var other && other != tier ? ClassName(other) + "." : "";

    private static string Describe(NetworkPlan plan, Tier tier) => tier switch
    {
        Tier.Portable => "Plain C#, for any processor.",
        Tier.Avx2 => "256-bit vectors",
        Tier.Avx512 => "512-bit vectors",
        _ => "512-bit vectors with byte permutes",
    } + (tier == Tier.Portable ? "" : plan.HasVnni(tier == Tier.Avx2 ? 8 : 16) ? "; AVX-VNNI where the processor has it." : ".");

    private static void Pack(CodeWriter code, NetworkPlan plan, Tier tier)
    {
        using (code.Open("public static void Pack(Packer packer)"))
        {
            foreach (var node in plan.Nodes)
            {
                if (ScalarFunctions.Has(node.Node.Op) && !node.Node.IsFloat)
                {
                    code.Line("packer.Table(" + Numbers.Text(node.Index) + ", " + Numbers.Text(node.Node.Inputs[0]) + ", ScalarFunction."
                        + node.Node.Op + ", " + Numbers.Text(node.Node.Slope) + "f);");
                }

                if (node.Kernels.Count == 0)
                    continue;
                var input = plan.Nodes[node.Node.Inputs[0]];
                var weight = node.Node.Weight!;
                var window = node.Node.Window ?? new Window(1, 1);
                var positions = node.Node.Op == QuantizedOp.Linear ? input.Value.Positions : 1;
                switch (node.Kernels[tier])
                {
                    case PlanarKernel:
                        code.Line("packer.Planar(" + string.Join(", ", Numbers.Text(node.Index), Numbers.Text(input.Index),
                            Numbers.Text(node.Node.Groups), CallEmitter.Geometry(input), CallEmitter.Geometry(node), CallEmitter.Window(window)) + ");");
                        break;
                    case DenseKernel { Layout: var layout } kernel:
                        Call("Dense", node, input, weight.Outputs, layout.Groups, layout.Inputs, window.KernelHeight, window.KernelWidth,
                            layout.SplitTaps, window.DilationHeight * input.Buffer.RowStride,
                            window.DilationWidth * input.Buffer.Shape.Channels, positions, layout.Lanes, layout.TileVectors,
                            kernel.AddedSteps, DenseEmitter.HasLargeSteps(node, kernel));
                        break;
                    case DepthwiseKernel { Layout: var layout }:
                        Call("Depthwise", node, input, layout.Channels, layout.KernelHeight, layout.KernelWidth, layout.Stride, layout.Lanes,
                            plan.InputSpansWholeBytes(node));
                        break;
                    case SparseKernel when node.Node.Op == QuantizedOp.Conv2d:
                        Call("SparseConv", node, input, weight.Outputs, weight.Dimensions[1], window.KernelHeight, window.KernelWidth,
                            window.DilationHeight * input.Buffer.RowStride, window.DilationWidth * input.Buffer.Shape.Channels,
                            plan.InputSpansWholeBytes(node));
                        break;
                    case SparseKernel:
                        Call("Sparse", node, input, weight.Outputs, weight.Dimensions[1], positions, plan.InputSpansWholeBytes(node));
                        break;
                    case FloatKernel:
                        code.Line("packer.Float(" + string.Join(", ", new[]
                        {
                            node.Index, weight.Outputs, node.Node.Groups, weight.Dimensions[1], window.KernelHeight, window.KernelWidth,
                            window.DilationHeight * input.Buffer.RowStride, window.DilationWidth * input.Buffer.PositionBytes,
                        }.Select(number => Numbers.Text(number))) + ");");
                        break;
                    case NonzeroKernel:
                        Call("Nonzeros", node, input, weight.Outputs, node.Node.Groups, weight.Dimensions[1], window.KernelHeight,
                            window.KernelWidth, window.DilationHeight * input.Buffer.RowStride,
                            window.DilationWidth * input.Buffer.Shape.Channels, positions);
                        break;
                }
            }
        }

        void Call(string method, NodePlan node, NodePlan input, params object[] arguments)
        {
            var text = new System.Collections.Generic.List<string> { Numbers.Text(node.Index), Numbers.Text(input.Index) };
            foreach (var argument in arguments)
                text.Add(argument is bool flag ? Numbers.Text(flag) : Numbers.Text((int)argument));
            code.Line("packer." + method + "(" + string.Join(", ", text) + ");");
        }
    }

    private static void Forward(CodeWriter code, NetworkPlan plan, Tier tier)
    {
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (code.Open("public static void Forward(byte* w, byte* s)"))
        {
            foreach (var node in plan.Nodes)
            {
                if (node.Value.IsView)
                    continue;
                if (node.Index > 0)
                {
                    code.Line("// " + Summary.Line(plan, node));
                    if (node.Staging is not null)
                        FloatCallEmitter.Stage(code, plan, node);
                    if (node.Workspace is not null)
                        PlanarCalls.Shift(code, plan, node);
                    if (node.Kernels.Count > 0 && node.Kernels[tier] is not (NonzeroKernel or FloatKernel or PlanarKernel { Lanes: 0 }))
                        code.Line(Class(plan, node, tier) + node.Identifier + "(w, s);");
                    else
                        CallEmitter.Emit(code, plan, node);
                }

                CallEmitter.Border(code, node);
            }
        }
    }
}
