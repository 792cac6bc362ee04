using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// Sparse Linear (SparseGeometry): two vectors hold 128 inputs, one byte permute gathers the four inputs of each of sixteen outputs,
/// and a dense step multiplies them with four weights that are not zero.
/// </summary>
internal static class SparseEmitter
{
    public static void Emit(CodeWriter code, KernelTexts texts, NetworkPlan plan, NodePlan node, SparseKernel kernel, Isa isa)
    {
        LayerGuard.Emit(code, texts, plan, node, kernel, isa, "_Sparse", (name, step) => Method(code, plan, node, kernel, isa, name, step));
    }

    private static void Method(CodeWriter code, NetworkPlan plan, NodePlan node, SparseKernel kernel, Isa isa, string name, DotStep step)
    {
        var input = plan.Nodes[node.Node.Inputs[0]].Buffer;
        var geometry = kernel.Geometry;
        var padded = geometry.PaddedOutputs;
        code.Line();
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (code.Open("private static void " + name + LayerGuard.Parameters))
        {
            code.Line("var node = " + KernelTexts.Header(node.Index));
            code.Line("var block = (byte*)node + node->Block;");
            code.Line("var x = s + " + Numbers.Text(input.Origin) + "; // " + Numbers.Text(geometry.RunLength));
            code.Line("var y = s + " + Numbers.Text(node.Buffer.Origin) + "; // " + node.Node.Shape);
            OutputStageEmitter.Constants(code, node, isa);
            step.Constants(code);
            code.Line("var count = (int*)(block + " + Numbers.Text(geometry.CountsOffset) + ");");
            code.Line("var step = block + " + Numbers.Text(geometry.StepsOffset) + ";");
            code.Line("var sorted = stackalloc byte[64];");
            using (code.Open("for (var output = 0; output < " + Numbers.Text(padded) + "; output += 16)"))
            {
                code.Line("var sum = *(" + isa.Type("int") + "*)(block + (output * 4));");
                using (code.Open("for (var segment = 0; segment < " + Numbers.Text(geometry.Segments) + "; segment++)"))
                {
                    code.Line("var low128 = *(" + isa.Type("byte") + "*)(x + (segment * 128));");
                    code.Line("var high128 = *(" + isa.Type("byte") + "*)(x + (segment * 128) + 64);");
                    using (code.Open("for (var end = step + (*count++ * 128); step < end; step += 128)"))
                    {
                        step.Inputs(code, "gathered", "Avx512Vbmi.PermuteVar64x8x2(low128, *(" + isa.Type("byte") + "*)step, high128)");
                        step.Weights(code, "weights", "*(" + isa.Type("sbyte") + "*)(step + 64)");
                        step.Add(code, "sum", "gathered", "weights");
                    }
                }

                code.Line("var bias = *(" + isa.Type("float") + "*)(block + " + Numbers.Text(geometry.BiasOffset) + " + (output * 4));");
                code.Line("var multiplier = *(" + isa.Type("float") + "*)(block + " + Numbers.Text(geometry.MultiplierOffset) + " + (output * 4));");
                OutputStageEmitter.Store(code, node.Node, isa, "sum", "bias", "multiplier", "sorted + (output & 63)", 16, maySpill: true);
                // A stretch of outputs is complete; back to their places.
                code.Line("if ((output & 63) == 48 || output == " + Numbers.Text(padded - 16) + ")");
                code.Line("    *(Vector512<byte>*)(y + (output & -64)) = Avx512Vbmi.PermuteVar64x8(*(Vector512<byte>*)sorted, *(Vector512<byte>*)(block + "
                    + Numbers.Text(geometry.RestoreOffset) + " + (output & -64)));");
            }
        }
    }
}
