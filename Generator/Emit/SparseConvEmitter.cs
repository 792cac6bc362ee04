using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// Sparse Conv2d, channels last (SparseGeometry): a vector holds a segment of a kernel row's inputs at one position, one byte permute
/// gathers the four inputs of each of sixteen outputs, and a dense step multiplies them with four weights that are not zero. Indices and
/// weights are loaded once for a tile of positions. The bytes of up to 64 outputs are put back in order by one more permute.
/// </summary>
internal static class SparseConvEmitter
{
    public static void Emit(CodeWriter code, KernelTexts texts, NetworkPlan plan, NodePlan node, SparseKernel kernel, Isa isa)
    {
        // What is made of the weights for the wide step needs more registers.
        LayerGuard.Emit(code, texts, plan, node, kernel, isa, "_Sparse", (name, step) =>
            Method(code, plan, node, kernel, isa, name, step, step is WideStep ? System.Math.Min(4, kernel.Positions) : kernel.Positions));
    }

    private static void Method(CodeWriter code, NetworkPlan plan, NodePlan node, SparseKernel kernel, Isa isa, string name, DotStep step,
        int positions)
    {
        var input = plan.Nodes[node.Node.Inputs[0]].Buffer;
        var (window, shape, geometry) = (node.Node.Window!, node.Node.Shape, kernel.Geometry);
        var origin = input.Origin - (window.Top * input.RowStride) - (window.Left * input.Shape.Channels);
        code.Line();
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (code.Open("private static void " + name + LayerGuard.Parameters))
        {
            code.Line("var node = " + KernelTexts.Header(node.Index));
            code.Line("var block = (byte*)node + node->Block;");
            code.Line("var places = (int*)(block + " + Numbers.Text(geometry.PlacesOffset) + ");");
            code.Line("var endPlace = places + " + Numbers.Text(geometry.Segments) + ";");
            code.Line("var sorted = stackalloc byte[" + Numbers.Text(positions * SparseGeometry.Sorted) + "];");
            OutputStageEmitter.Constants(code, node, isa, fours: positions >= 4);
            step.Constants(code);
            using (code.Open("for (var row = firstRow; row < endRow; row++)"))
            {
                code.Line("var x = s + " + Numbers.Text(origin) + " + (row * " + Numbers.Text(window.StrideHeight * input.RowStride) + ");");
                code.Line("var y = s + " + Numbers.Text(node.Buffer.Origin) + " + (row * " + Numbers.Text(node.Buffer.RowStride) + ");");
                using (code.Open("for (var first = 0; first < " + Numbers.Text(shape.Width) + "; first += " + Numbers.Text(positions) + ")"))
                {
                    // Tiles overlap rather than run over the edge; what is computed twice gives the same bytes.
                    var last = shape.Width - positions;
                    code.Line(shape.Width % positions == 0 ? "var column = first;"
                        : "var column = first < " + Numbers.Text(last) + " ? first : " + Numbers.Text(last) + ";");
                    code.Line("var from = x + (column * " + Numbers.Text(window.StrideWidth * input.Shape.Channels) + ");");
                    code.Line("var to = y + (column * " + Numbers.Text(shape.Channels) + ");");
                    Tile(code, node, geometry, isa, step, positions, window.StrideWidth * input.Shape.Channels);
                }
            }
        }
    }

    private static void Tile(CodeWriter code, NodePlan node, SparseGeometry geometry, Isa isa, DotStep step, int positions, int stride)
    {
        code.Line("var count = (int*)(block + " + Numbers.Text(geometry.CountsOffset) + ");");
        code.Line("var step = block + " + Numbers.Text(geometry.StepsOffset) + ";");
        using (code.Open("for (var output = 0; output < " + Numbers.Text(geometry.PaddedOutputs) + "; output += 16)"))
        {
            for (var p = 0; p < positions; p++)
                code.Line("var sum" + p + " = " + (p == 0 ? "*(" + isa.Type("int") + "*)(block + (output * 4))" : "sum0") + ";");
            using (code.Open("for (var place = places; place < endPlace; place++)"))
            {
                code.Line("var segment = from + *place;");
                for (var p = 0; p < positions; p++)
                    code.Line("var x" + p + " = *(" + isa.Type("byte") + "*)(segment + " + Numbers.Text(p * stride) + ");");
                using (code.Open("for (var end = step + (*count++ * 128); step < end; step += 128)"))
                {
                    code.Line("var indices = *(" + isa.Type("byte") + "*)step;");
                    step.Weights(code, "weights", "*(" + isa.Type("sbyte") + "*)(step + 64)");
                    for (var p = 0; p < positions; p++)
                    {
                        step.Inputs(code, "gathered" + p, "Avx512Vbmi.PermuteVar64x8(x" + p + ", indices)");
                        step.Add(code, "sum" + p, "gathered" + p, "weights");
                    }
                }
            }

            code.Line("var bias = *(" + isa.Type("float") + "*)(block + " + Numbers.Text(geometry.BiasOffset) + " + (output * 4));");
            code.Line("var multiplier = *(" + isa.Type("float") + "*)(block + " + Numbers.Text(geometry.MultiplierOffset) + " + (output * 4));");
            for (int p = 0, taken; p < positions; p += taken)
            {
                var first = p;
                taken = p + 4 <= positions ? 4 : 1;
                if (taken == 4)
                    OutputStageEmitter.StoreFour(code, node.Node, isa, i => "sum" + Numbers.Text(first + i), "bias", "multiplier", i => Sorted(first + i), false);
                else
                    OutputStageEmitter.Store(code, node.Node, isa, "sum" + p, "bias", "multiplier", Sorted(p), 16, maySpill: true);
            }

            // A stretch of outputs is complete.
            var isOne = geometry.Outputs <= SparseGeometry.Sorted;
            using (code.Open("if ((output & 63) == 48 || output == " + Numbers.Text(geometry.PaddedOutputs - 16) + ")"))
            {
                code.Line("var restore = *(" + isa.Type("byte") + "*)(block + " + Numbers.Text(geometry.RestoreOffset) + (isOne ? ");" : " + (output & -64));"));
                var rest = geometry.Outputs % SparseGeometry.Sorted;
                if (isOne || rest == 0)
                {
                    Restore(code, isa, positions, isOne ? "to" : "to + (output & -64)", geometry.Outputs);
                    return;
                }

                using (code.Open("if (output < " + Numbers.Text(geometry.Outputs - rest) + ")"))
                    Restore(code, isa, positions, "to + (output & -64)", geometry.Outputs);
                using (code.Open("else"))
                    RestoreRest(code, isa, positions, "to + (output & -64)", geometry.Outputs, rest);
            }
        }
    }

    private static string Sorted(int position) => "sorted + " + Numbers.Text(position * SparseGeometry.Sorted) + " + (output & 63)";

    // Position by position: what is stored past the last output is overwritten by the next position.
    private static void Restore(CodeWriter code, Isa isa, int positions, string to, int outputs)
    {
        for (var p = 0; p < positions; p++)
        {
            code.Line("*(" + isa.Type("byte") + "*)(" + to + " + " + Numbers.Text(p * outputs) + ") = Avx512Vbmi.PermuteVar64x8(*("
                + isa.Type("byte") + "*)(sorted + " + Numbers.Text(p * SparseGeometry.Sorted) + "), restore);");
        }
    }

    // The next position's first outputs are there already, so exactly the outputs that are left.
    private static void RestoreRest(CodeWriter code, Isa isa, int positions, string to, int outputs, int rest)
    {
        for (var p = 0; p < positions; p++)
        {
            using (code.Open(""))
            {
                code.Line("var bytes = Avx512Vbmi.PermuteVar64x8(*(" + isa.Type("byte") + "*)(sorted + "
                    + Numbers.Text(p * SparseGeometry.Sorted) + "), restore);");
                foreach (var line in OutputStageEmitter.Pieces(to + " + " + Numbers.Text(p * outputs), rest))
                    code.Line(line);
            }
        }
    }
}
