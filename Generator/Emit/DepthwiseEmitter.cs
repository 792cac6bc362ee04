using System.Linq;
using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// Depthwise Conv2d with channels as lanes (DepthwiseLayout): the bytes of four rows of the kernel are interleaved, and a dense step
/// multiplies the four inputs of every channel with its four weights. Texts as of a dense layer.
/// </summary>
internal static class DepthwiseEmitter
{
    // Weights of a chunk that stay in registers beside its sums and inputs.
    private const int MostHoisted = 12;

    // Steps that stand one after the other in the code; a method of many more is too long for the just-in-time compiler to optimize.
    private const int MostUnrolled = 24;

    public static void Emit(CodeWriter code, NetworkPlan plan, NodePlan node, DepthwiseKernel kernel, Isa isa)
    {
        LayerGuard.Emit(code, plan, node, kernel, isa, "_Depthwise",
            (name, step) => Method(code, plan, node, kernel.Layout, isa, name, step));
    }

    private static void Method(CodeWriter code, NetworkPlan plan, NodePlan node, DepthwiseLayout layout, Isa isa, string name, DotStep step)
    {
        var input = plan.Nodes[node.Node.Inputs[0]].Buffer;
        var (window, shape) = (node.Node.Window!, node.Node.Shape);
        var origin = input.Origin - (window.Top * input.RowStride) - (window.Left * shape.Channels);
        code.Line();
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (code.Open("private static void " + name + LayerGuard.Parameters))
        {
            code.Line("var node = (NodeHeader*)w + " + Numbers.Text(node.Index) + ";");
            code.Line("var block = w + node->Block;");
            code.Line("var x = s + " + Numbers.Text(origin) + "; // " + input.Shape + (window.HasPadding ? " with padding" : ""));
            code.Line("var y = s + " + Numbers.Text(node.Buffer.Origin) + "; // " + shape);
            OutputStageEmitter.Constants(code, node, isa);
            step.Constants(code);
            if (layout.IsPaired)
                code.Line("var every = Vector512.Create(" + string.Join(", ", Enumerable.Range(0, 16).Select(i => Every(i, layout.Channels))) + ");");
            // One kind of chunk at a time where they do not run into each other; else in the order of memory, so that what a chunk writes
            // too much is overwritten by the next one.
            var slices = layout.IsExact && layout.Patterns > 1;
            using (code.OpenIf(slices, "for (var slice = 0; slice < " + Numbers.Text(layout.Patterns) + "; slice++, block += "
                + Numbers.Text(layout.PatternBytes) + ", x += " + Numbers.Text(layout.ChunkBytes) + ", y += " + Numbers.Text(layout.ChunkBytes) + ")"))
            {
                var turns = layout.Patterns > 1 && !slices;
                var hoisted = step is not WideStep && !turns && isa.Lanes == 16 && layout.Steps * DepthwiseLayout.Sums <= MostHoisted;
                if (hoisted)
                    Weights(code, layout, isa, "block");
                using (code.Open("for (var row = firstRow; row < endRow; row++)"))
                {
                    code.Line("var from = x + (row * " + Numbers.Text(window.StrideHeight * input.RowStride) + ");");
                    code.Line("var to = y + (row * " + Numbers.Text(node.Buffer.RowStride) + ");");
                    if (turns)
                        code.Line("var pattern = block;");
                    if (layout.IsFlat)
                        Pieces(code, node, input, layout, isa, step, hoisted);
                    else
                        Slices(code, node, input, layout, isa, step, hoisted);
                }
            }
        }
    }

    private static void Pieces(CodeWriter code, NodePlan node, BufferPlan input, DepthwiseLayout layout, Isa isa, DotStep step, bool hoisted)
    {
        var length = node.Node.Shape.Width * layout.Channels;
        var turns = layout.Patterns > 1;
        using (code.Open("for (var at = 0; at < " + Numbers.Text(length) + "; at += " + Numbers.Text(layout.ChunkBytes) + ")"))
        {
            Chunk(code, node, input, layout, isa, step, turns ? "pattern" : "block", hoisted,
                "from + at" + (layout.IsPaired ? " + at" : ""), "to + at");
            if (turns)
            {
                code.Line("pattern = pattern == block + " + Numbers.Text((layout.Patterns - 1) * layout.PatternBytes) + " ? block : pattern + "
                    + Numbers.Text(layout.PatternBytes) + ";");
            }
        }
    }

    private static void Slices(CodeWriter code, NodePlan node, BufferPlan input, DepthwiseLayout layout, Isa isa, DotStep step, bool hoisted)
    {
        using (code.Open("for (var column = 0; column < " + Numbers.Text(node.Node.Shape.Width) + "; column++, from += "
            + Numbers.Text(node.Node.Window!.StrideWidth * layout.Channels) + ", to += " + Numbers.Text(layout.Channels) + ")"))
        {
            if (layout.Patterns == 1 || layout.IsExact)
            {
                Chunk(code, node, input, layout, isa, step, "block", hoisted, "from", "to");
                return;
            }

            code.Line("pattern = block;");
            using (code.Open("for (var at = 0; at < " + Numbers.Text(layout.Channels) + "; at += " + Numbers.Text(layout.ChunkBytes) + ", pattern += "
                + Numbers.Text(layout.PatternBytes) + ")"))
                Chunk(code, node, input, layout, isa, step, "pattern", hoisted, "from + at", "to + at");
        }
    }

    private static void Chunk(CodeWriter code, NodePlan node, BufferPlan input, DepthwiseLayout layout, Isa isa, DotStep step, string block,
        bool hoisted, string from, string to)
    {
        using (code.Open(""))
        {
            code.Line("var chunk = " + from + ";");
            for (var sum = 0; sum < DepthwiseLayout.Sums; sum++)
                code.Line("var sum" + sum + " = *(" + isa.Type("int") + "*)(" + block + " + " + Numbers.Text(sum * isa.Bytes) + ");");
            if (layout.Steps > MostUnrolled)
            {
                Looped(code, node.Node.Window!, input, layout, isa, step, block);
            }
            else
            {
                for (var i = 0; i < layout.Steps; i++)
                {
                    var (group, column) = (i / layout.KernelWidth, i % layout.KernelWidth);
                    var rows = System.Math.Min(DepthwiseLayout.StepRows, layout.KernelHeight - (group * DepthwiseLayout.StepRows));
                    var at = (group * DepthwiseLayout.StepRows * node.Node.Window!.DilationHeight * input.RowStride)
                        + (column * node.Node.Window.DilationWidth * layout.Channels);
                    using (code.Open(""))
                        Step(code, node.Node.Window, input, layout, isa, step, "chunk", at, rows, block, layout.WeightsOffset, i, hoisted);
                }
            }

            OutputStageEmitter.StoreChunk(code, node.Node, isa, "sum", to, block + " + " + Numbers.Text(layout.BiasOffset),
                block + " + " + Numbers.Text(layout.MultiplierOffset));
        }
    }

    // The steps of a large kernel: four rows at a time, then the rest of the rows.
    private static void Looped(CodeWriter code, Window window, BufferPlan input, DepthwiseLayout layout, Isa isa, DotStep step, string block)
    {
        var whole = layout.KernelHeight / DepthwiseLayout.StepRows;
        var stepRows = DepthwiseLayout.StepRows * window.DilationHeight * input.RowStride;
        code.Line("var tapWeights = " + block + " + " + Numbers.Text(layout.WeightsOffset) + ";");
        if (whole > 0)
        {
            using (code.Open("for (var group = 0; group < " + Numbers.Text(whole) + "; group++, chunk += " + Numbers.Text(stepRows) + ")"))
                Columns(DepthwiseLayout.StepRows);
        }

        if (layout.KernelHeight % DepthwiseLayout.StepRows is > 0 and var rest)
        {
            using (code.Open(""))
                Columns(rest);
        }

        void Columns(int rows)
        {
            code.Line("var tap = chunk;");
            using (code.Open("for (var end = tap + " + Numbers.Text(layout.KernelWidth * window.DilationWidth * layout.Channels) + "; tap < end; tap += "
                + Numbers.Text(window.DilationWidth * layout.Channels) + ", tapWeights += " + Numbers.Text(DepthwiseLayout.Sums * isa.Bytes) + ")"))
                Step(code, window, input, layout, isa, step, "tap", 0, rows, "tapWeights", 0, 0, hoisted: false);
        }
    }

    /// <param name="code">Where to.</param>
    /// <param name="window">The kernel.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="layout">Its weights.</param>
    /// <param name="isa">The vectors.</param>
    /// <param name="step">How products are added.</param>
    /// <param name="from">A pointer into the input.</param>
    /// <param name="place">Where from it the first row's bytes lie.</param>
    /// <param name="rows">Rows of the kernel that are left: four, or fewer.</param>
    /// <param name="weightsFrom">A pointer to weights.</param>
    /// <param name="weightsPlace">Where from it the first step's lie.</param>
    /// <param name="number">Which step it is.</param>
    /// <param name="hoisted">Whether its weights are in registers.</param>
    private static void Step(CodeWriter code, Window window, BufferPlan input, DepthwiseLayout layout, Isa isa, DotStep step, string from,
        int place, int rows, string weightsFrom, int weightsPlace, int number, bool hoisted)
    {
        for (var row = 0; row < DepthwiseLayout.StepRows; row++)
        {
            var at = place + (row * window.DilationHeight * input.RowStride);
            code.Line("var r" + row + " = " + (row >= rows ? isa.Type("byte") + ".Zero"
                : layout.IsPaired
                    ? "Avx512F.PermuteVar16x32x2(*(Vector512<uint>*)(" + from + " + " + Numbers.Text(at) + "), every, *(Vector512<uint>*)(" + from
                        + " + " + Numbers.Text(at + 64) + ")).AsByte()"
                    : "*(" + isa.Type("byte") + "*)(" + from + " + " + Numbers.Text(at) + ")") + ";");
        }

        foreach (var (half, unpack) in new (string, System.Func<string, string, string>)[] { ("low", isa.UnpackLow), ("high", isa.UnpackHigh) })
        {
            code.Line("var " + half + "A = " + unpack("r0", "r1") + ".AsInt16();");
            code.Line("var " + half + "B = " + unpack("r2", "r3") + ".AsInt16();");
        }

        for (var sum = 0; sum < DepthwiseLayout.Sums; sum++)
        {
            var half = sum < 2 ? "low" : "high";
            var inputs = (sum % 2 == 0 ? isa.UnpackLow(half + "A", half + "B") : isa.UnpackHigh(half + "A", half + "B")) + ".AsByte()";
            step.Inputs(code, "x" + sum, inputs);
            var vector = (number * DepthwiseLayout.Sums) + sum;
            var weights = "w" + Numbers.Text(vector);
            if (!hoisted)
                step.Weights(code, weights, Weight(isa, weightsFrom, weightsPlace, vector));
            step.Add(code, "sum" + sum, "x" + sum, weights);
        }
    }

    private static void Weights(CodeWriter code, DepthwiseLayout layout, Isa isa, string block)
    {
        for (var i = 0; i < layout.Steps * DepthwiseLayout.Sums; i++)
            code.Line("var w" + Numbers.Text(i) + " = " + Weight(isa, block, layout.WeightsOffset, i) + ";");
    }

    private static string Weight(Isa isa, string from, int place, int vector) =>
        "*(" + isa.Type("sbyte") + "*)(" + from + " + " + Numbers.Text(place + (vector * isa.Bytes)) + ")";

    // Four bytes at a time: those of every other position.
    private static string Every(int i, int channels) => Numbers.Text(((i * 4 / channels * 2 * channels) + (i * 4 % channels)) / 4) + "u";
}
