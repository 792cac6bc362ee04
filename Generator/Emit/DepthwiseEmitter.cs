using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// Depthwise Conv2d with channels as lanes (DepthwiseLayout), chunk by chunk. Where inputs are no larger than the weights allow, taps are
/// added in int16 (DepthwisePairsEmitter). Else the bytes of four taps of the kernel are interleaved, and a dense step multiplies the four
/// inputs of every channel with its four weights. Texts as of a dense layer.
/// </summary>
internal static class DepthwiseEmitter
{
    public static void Emit(CodeWriter code, KernelTexts texts, NetworkPlan plan, NodePlan node, DepthwiseKernel kernel, Isa isa)
    {
        LayerGuard.Emit(code, texts, plan, node, kernel, isa, "_Depthwise",
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
            code.Line("var node = " + KernelTexts.Header(node.Index));
            code.Line("var block = (byte*)node + node->Block;");
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
                var pairs = step is FastStep && layout.IsUnrolled ? new DepthwisePairsEmitter(code, layout, isa) : null;
                var hoisted = !turns && pairs is { CanHoist: true };
                if (hoisted)
                    pairs!.Hoist("block");
                using (code.Open("for (var row = firstRow; row < endRow; row++)"))
                {
                    code.Line("var from = x + (row * " + Numbers.Text(window.StrideHeight * input.RowStride) + ");");
                    code.Line("var to = y + (row * " + Numbers.Text(node.Buffer.RowStride) + ");");
                    if (turns)
                        code.Line("var pattern = block;");
                    if (layout.IsFlat)
                        Pieces(code, node, input, layout, isa, step, pairs, hoisted);
                    else
                        Slices(code, node, input, layout, isa, step, pairs, hoisted);
                }
            }
        }
    }

    private static void Pieces(CodeWriter code, NodePlan node, BufferPlan input, DepthwiseLayout layout, Isa isa, DotStep step,
        DepthwisePairsEmitter? pairs, bool hoisted)
    {
        var length = node.Node.Shape.Width * layout.Channels;
        var turns = layout.Patterns > 1;
        using (code.Open("for (var at = 0; at < " + Numbers.Text(length) + "; at += " + Numbers.Text(layout.ChunkBytes) + ")"))
        {
            Chunk(code, node, input, layout, isa, step, pairs, turns ? "pattern" : "block", hoisted,
                "from + at" + (layout.IsPaired ? " + at" : ""), "to + at");
            if (turns)
            {
                code.Line("pattern = pattern == block + " + Numbers.Text((layout.Patterns - 1) * layout.PatternBytes) + " ? block : pattern + "
                    + Numbers.Text(layout.PatternBytes) + ";");
            }
        }
    }

    private static void Slices(CodeWriter code, NodePlan node, BufferPlan input, DepthwiseLayout layout, Isa isa, DotStep step,
        DepthwisePairsEmitter? pairs, bool hoisted)
    {
        using (code.Open("for (var column = 0; column < " + Numbers.Text(node.Node.Shape.Width) + "; column++, from += "
            + Numbers.Text(node.Node.Window!.StrideWidth * layout.Channels) + ", to += " + Numbers.Text(layout.Channels) + ")"))
        {
            if (layout.Patterns == 1 || layout.IsExact)
            {
                Chunk(code, node, input, layout, isa, step, pairs, "block", hoisted, "from", "to");
                return;
            }

            code.Line("pattern = block;");
            using (code.Open("for (var at = 0; at < " + Numbers.Text(layout.Channels) + "; at += " + Numbers.Text(layout.ChunkBytes) + ", pattern += "
                + Numbers.Text(layout.PatternBytes) + ")"))
                Chunk(code, node, input, layout, isa, step, pairs, "pattern", hoisted, "from + at", "to + at");
        }
    }

    private static void Chunk(CodeWriter code, NodePlan node, BufferPlan input, DepthwiseLayout layout, Isa isa, DotStep step,
        DepthwisePairsEmitter? pairs, string block, bool hoisted, string from, string to)
    {
        using (code.Open(""))
        {
            code.Line("var chunk = " + from + ";");
            if (pairs is not null)
                pairs.Sums(block, hoisted,
                    [.. Enumerable.Range(0, layout.Taps).Select(tap => Tap(node.Node.Window!, input, layout, isa, tap))]);
            else
                Steps(code, node.Node.Window!, input, layout, isa, step, block);
            OutputStageEmitter.StoreChunk(code, node.Node, isa, "sum", to, block + " + " + Numbers.Text(layout.BiasOffset),
                block + " + " + Numbers.Text(layout.MultiplierOffset));
        }
    }

    private static void Steps(CodeWriter code, Window window, BufferPlan input, DepthwiseLayout layout, Isa isa, DotStep step, string block)
    {
        for (var sum = 0; sum < DepthwiseLayout.Sums; sum++)
            code.Line("var sum" + sum + " = *(" + isa.Type("int") + "*)(" + block + " + " + Numbers.Text(sum * isa.Bytes) + ");");
        if (!layout.IsUnrolled)
        {
            Looped(code, window, input, layout, isa, step, block);
            return;
        }

        for (var i = 0; i < layout.Steps; i++)
        {
            var first = i * DepthwiseLayout.StepTaps;
            var taps = Enumerable.Range(first, System.Math.Min(DepthwiseLayout.StepTaps, layout.Taps - first))
                .Select(tap => Tap(window, input, layout, isa, tap));
            using (code.Open(""))
                Step(code, isa, step, [.. taps], sum => Weight(isa, block, layout.WeightsOffset + (((i * DepthwiseLayout.Sums) + sum) * isa.Bytes)));
        }
    }

    // Four rows at a time, then the rest of the rows.
    private static void Looped(CodeWriter code, Window window, BufferPlan input, DepthwiseLayout layout, Isa isa, DotStep step, string block)
    {
        var whole = layout.KernelHeight / DepthwiseLayout.StepTaps;
        code.Line("var weight = " + block + " + " + Numbers.Text(layout.WeightsOffset) + ";");
        if (whole > 0)
        {
            using (code.Open("for (var group = 0; group < " + Numbers.Text(whole) + "; group++, chunk += "
                + Numbers.Text(DepthwiseLayout.StepTaps * window.DilationHeight * input.RowStride) + ")"))
                Columns(DepthwiseLayout.StepTaps);
        }

        if (layout.KernelHeight % DepthwiseLayout.StepTaps is > 0 and var rest)
        {
            using (code.Open(""))
                Columns(rest);
        }

        void Columns(int rows)
        {
            var next = window.DilationWidth * layout.Channels;
            code.Line("var tap = chunk;");
            using (code.Open("for (var end = tap + " + Numbers.Text(layout.KernelWidth * next) + "; tap < end; tap += " + Numbers.Text(next)
                + ", weight += " + Numbers.Text(DepthwiseLayout.Sums * isa.Bytes) + ")"))
            {
                var taps = Enumerable.Range(0, rows).Select(row => Tap(layout, isa, "tap", row * window.DilationHeight * input.RowStride));
                Step(code, isa, step, [.. taps], sum => Weight(isa, "weight", sum * isa.Bytes));
            }
        }
    }

    /// <param name="code">Where to.</param>
    /// <param name="isa">The vectors.</param>
    /// <param name="step">How products are added.</param>
    /// <param name="taps">What is read, four or fewer.</param>
    /// <param name="weight">The weights for each sum.</param>
    private static void Step(CodeWriter code, Isa isa, DotStep step, IReadOnlyList<string> taps, System.Func<int, string> weight)
    {
        for (var tap = 0; tap < DepthwiseLayout.StepTaps; tap++)
            code.Line("var t" + tap + " = " + (tap < taps.Count ? taps[tap] : isa.Type("byte") + ".Zero") + ";");

        foreach (var (half, unpack) in new (string, System.Func<string, string, string>)[] { ("low", isa.UnpackLow), ("high", isa.UnpackHigh) })
        {
            code.Line("var " + half + "A = " + unpack("t0", "t1") + ".AsInt16();");
            code.Line("var " + half + "B = " + unpack("t2", "t3") + ".AsInt16();");
        }

        for (var sum = 0; sum < DepthwiseLayout.Sums; sum++)
        {
            var half = sum < 2 ? "low" : "high";
            var inputs = (sum % 2 == 0 ? isa.UnpackLow(half + "A", half + "B") : isa.UnpackHigh(half + "A", half + "B")) + ".AsByte()";
            step.Inputs(code, "x" + sum, inputs);
            step.Weights(code, "w" + sum, weight(sum));
            step.Add(code, "sum" + sum, "x" + sum, "w" + sum);
        }
    }

    // What a tap of the kernel reads for a chunk.
    private static string Tap(Window window, BufferPlan input, DepthwiseLayout layout, Isa isa, int tap)
    {
        var (row, column) = (tap / layout.KernelWidth, tap % layout.KernelWidth);
        var at = (row * window.DilationHeight * input.RowStride) + (column * window.DilationWidth * layout.Channels);
        return Tap(layout, isa, "chunk", at);
    }

    private static string Tap(DepthwiseLayout layout, Isa isa, string from, int at) => layout.IsPaired
        ? "Avx512F.PermuteVar16x32x2(*(Vector512<uint>*)(" + from + " + " + Numbers.Text(at) + "), every, *(Vector512<uint>*)(" + from + " + "
            + Numbers.Text(at + 64) + ")).AsByte()"
        : "*(" + isa.Type("byte") + "*)(" + from + " + " + Numbers.Text(at) + ")";

    private static string Weight(Isa isa, string from, int at) => "*(" + isa.Type("sbyte") + "*)(" + from + " + " + Numbers.Text(at) + ")";

    // Four bytes at a time: those of every other position.
    private static string Every(int i, int channels) => Numbers.Text(((i * 4 / channels * 2 * channels) + (i * 4 % channels)) / 4) + "u";
}
