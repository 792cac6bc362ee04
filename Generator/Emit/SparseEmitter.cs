using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// Sparse Linear, and sparse Conv2d channels last (SparseGeometry): one byte permute gathers the four inputs of each of sixteen outputs,
/// and a dense step multiplies them with four weights that are not zero. Indices and weights are loaded once for a tile of positions.
/// </summary>
internal static class SparseEmitter
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
        var (shape, geometry) = (node.Node.Shape, kernel.Geometry);
        var order = new SparseOrder(node.Node, isa, geometry, positions);
        code.Line();
        code.Line("[SkipLocalsInit]");
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (code.Open("private static void " + name + LayerGuard.Parameters))
        {
            code.Line("var node = " + KernelTexts.Header(node.Index));
            code.Line("var block = (byte*)node + node->Block;");
            OutputStageEmitter.Constants(code, node, isa);
            step.Constants(code);
            order.Constants(code);
            if (node.Node.Window is not { } window)
            {
                code.Line("var from = s + " + Numbers.Text(input.Origin) + "; // " + input.Shape);
                code.Line("var to = s + " + Numbers.Text(node.Buffer.Origin) + "; // " + shape);
                Tile(code, node, geometry, isa, step, positions, 0, order);
                return;
            }

            var origin = input.Origin - (window.Top * input.RowStride) - (window.Left * input.Shape.Channels);
            using (code.Open("for (var row = firstRow; row < endRow; row++)"))
            {
                code.Line("var fromRow = s + " + Numbers.Text(origin)
                    + " + (row * " + Numbers.Text(window.StrideHeight * input.RowStride) + ");");
                code.Line("var toRow = s + " + Numbers.Text(node.Buffer.Origin)
                    + " + (row * " + Numbers.Text(node.Buffer.RowStride) + ");");
                using (code.Open("for (var first = 0; first < " + Numbers.Text(shape.Width)
                    + "; first += " + Numbers.Text(positions) + ")"))
                {
                    // Tiles overlap rather than run over the edge; what is computed twice gives the same bytes.
                    var last = shape.Width - positions;
                    code.Line(shape.Width % positions == 0 ? "var column = first;"
                        : "var column = first < " + Numbers.Text(last) + " ? first : " + Numbers.Text(last) + ";");
                    code.Line("var from = fromRow + (column * " + Numbers.Text(window.StrideWidth * input.Shape.Channels) + ");");
                    code.Line("var to = toRow + (column * " + Numbers.Text(shape.Channels) + ");");
                    Tile(code, node, geometry, isa, step, positions, window.StrideWidth * input.Shape.Channels, order);
                }
            }
        }
    }

    private static void Tile(CodeWriter code, NodePlan node, SparseGeometry geometry, Isa isa, DotStep step, int positions, int stride,
        SparseOrder order)
    {
        var isHeld = geometry.HasOnePlace && positions == 1;
        code.Line("var count = (int*)(block + " + Numbers.Text(geometry.CountsOffset) + ");");
        code.Line("var step = block + " + Numbers.Text(geometry.StepsOffset) + ";");
        if (isHeld)
            Inputs(code, geometry, isa, "from", positions, stride);
        else
            code.Line("var place = (int*)(block + *(int*)(block + " + Numbers.Text(geometry.PlacesOffset) + "));");
        using (code.Open("for (var output = 0; output < " + Numbers.Text(geometry.PaddedOutputs) + "; output += 16)"))
        {
            for (var p = 0; p < positions; p++)
                code.Line("var sum" + p + " = " + (p == 0 ? "*(" + isa.Type("int") + "*)(block + (output * 4))" : "sum0") + ";");
            var bytes = Numbers.Text(geometry.StepsOfPlace * SparseGeometry.StepBytes);
            using (code.Open("for (var end = step + (*count++ * " + bytes + "); step < end; step += " + bytes + ")"))
            {
                if (!isHeld)
                {
                    code.Line("var x = from + *place++;");
                    Inputs(code, geometry, isa, "x", positions, stride);
                }

                for (var one = 0; one < geometry.StepsOfPlace; one++)
                    Step(code, geometry, isa, step, one, positions);
            }

            code.Line("var bias = *(" + isa.Type("float") + "*)(block + " + Numbers.Text(geometry.BiasOffset) + " + (output * 4));");
            code.Line("var multiplier = *(" + isa.Type("float")
                + "*)(block + " + Numbers.Text(geometry.MultiplierOffset) + " + (output * 4));");
            order.Keep(code);
            using (code.Open("if ((output & 48) == 48 || output == " + Numbers.Text(geometry.PaddedOutputs - 16) + ")"))
                order.Store(code);
        }
    }

    // What the permutes look into.
    private static void Inputs(CodeWriter code, SparseGeometry geometry, Isa isa, string from, int positions, int stride)
    {
        for (var p = 0; p < positions; p++)
        {
            code.Line("var x" + p + " = *(" + isa.Type("byte") + "*)(" + from + " + " + Numbers.Text(p * stride) + ");");
            if (geometry.Reach > 64)
                code.Line("var next" + p + " = *(" + isa.Type("byte") + "*)(" + from + " + " + Numbers.Text((p * stride) + 64) + ");");
        }
    }

    private static void Step(CodeWriter code, SparseGeometry geometry, Isa isa, DotStep step, int one, int positions)
    {
        var at = one * SparseGeometry.StepBytes;
        code.Line("var indices" + one + " = *(" + isa.Type("byte") + "*)(step + " + Numbers.Text(at) + ");");
        step.Weights(code, "weights" + one, "*(" + isa.Type("sbyte") + "*)(step + " + Numbers.Text(at + 64) + ")");
        for (var p = 0; p < positions; p++)
        {
            var inputs = "gathered" + one + "_" + p;
            step.Inputs(code, inputs, geometry.Reach > 64
                ? "Avx512Vbmi.PermuteVar64x8x2(x" + p + ", indices" + one + ", next" + p + ")"
                : "Avx512Vbmi.PermuteVar64x8(x" + p + ", indices" + one + ")");
            step.Add(code, "sum" + p, inputs, "weights" + one);
        }
    }
}
