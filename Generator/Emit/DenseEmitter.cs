using System;
using System.Linq;
using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// Dense Linear and Conv2d: a step broadcasts four input bytes of a position and multiplies them with four weights of every lane's
/// output (DenseLayout); steps without a weight were left out when the weights were packed. There is a text of each for every way to
/// multiply (LayerGuard). Where products are added in int16, a convolution takes two or four steps at a time (StepGroups).
/// </summary>
/// <remarks>
/// A 1x1 convolution, which a Linear of many samples is, knows which of its steps read bytes too large for int16 (LargeSteps). Its wide
/// text widens those alone.
/// </remarks>
internal static class DenseEmitter
{
    private const int MostLargeSteps = 1 << 14;

    public static void Emit(CodeWriter code, KernelTexts texts, NetworkPlan plan, NodePlan node, DenseKernel kernel, Isa isa)
    {
        var input = plan.InputOf(node);
        var toldApart = HasLargeSteps(node, kernel) && !plan.InputSpansWholeBytes(node);
        LayerGuard.Emit(code, texts, plan, node, kernel, isa, "_Dense",
            (name, step) => Method(code, node, input, kernel, isa, name, toldApart && step is WideStep ? new LargeStep(isa) : step));
    }

    private static void Method(CodeWriter code, NodePlan node, BufferPlan input, DenseKernel kernel, Isa isa, string name, DotStep step)
    {
        var layout = kernel.Layout;
        var window = node.Node.Window ?? new Window(1, 1);
        var output = node.Buffer;
        var shape = node.Node.Shape;
        var channels = node.Node.Op == QuantizedOp.Conv2d ? input.Shape.Channels : layout.Inputs;
        var origin = input.Origin - (window.Top * input.RowStride) - (window.Left * input.Shape.Channels);
        code.Line();
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (code.Open("private static void " + name + LayerGuard.Parameters))
        {
            code.Line("var node = " + KernelTexts.Header(node.Index));
            code.Line("var block = (byte*)node + node->Block;");
            code.Line("var x = s + " + Numbers.Text(origin) + "; // " + input.Shape + (window.HasPadding ? " with padding" : ""));
            code.Line("var y = s + " + Numbers.Text(output.Origin) + "; // " + shape);
            OutputStageEmitter.Constants(code, node, isa, fours: kernel.Positions >= 4);
            step.Constants(code);
            if (step is LargeStep)
                code.Line("var isLarge = stackalloc byte[" + Numbers.Text((layout.Steps + 3) / 4 * 4) + "]; // for each four inputs");
            using (code.OpenIf(layout.Groups > 1, "for (var group = 0; group < " + Numbers.Text(layout.Groups) + "; group++, block += "
                + Numbers.Text(layout.GroupBytes) + ", x += " + Numbers.Text(layout.Inputs) + ", y += " + Numbers.Text(layout.OutputsPerGroup) + ")"))
            using (code.OpenIf(shape.Height > 1, "for (var row = firstRow; row < endRow; row++)"))
            {
                var row = shape.Height > 1 ? " + (row * " + Numbers.Text(window.StrideHeight * input.RowStride) + ")" : "";
                var to = shape.Height > 1 ? " + (row * " + Numbers.Text(output.RowStride) + ")" : "";
                if (step is LargeStep)
                {
                    CallEmitter.Call(code, "LargeSteps.Find", "x" + row, Numbers.Text(shape.Width), Numbers.Text(channels),
                        "node->FastLimit", "isLarge");
                }

                var tiled = shape.Width > kernel.Positions;
                using (code.OpenIf(tiled, "for (var first = 0; first < " + Numbers.Text(shape.Width) + "; first += " + Numbers.Text(kernel.Positions) + ")"))
                {
                    if (tiled)
                    {
                        // Tiles overlap rather than run over the edge; what is computed twice gives the same bytes.
                        var last = shape.Width - kernel.Positions;
                        code.Line(shape.Width % kernel.Positions == 0
                            ? "var column = first;"
                            : "var column = first < " + Numbers.Text(last) + " ? first : " + Numbers.Text(last) + ";");
                        row += " + (column * " + Numbers.Text(window.StrideWidth * channels) + ")";
                        to += " + (column * " + Numbers.Text(shape.Channels) + ")";
                    }

                    code.Line("var from = x" + row + ";");
                    code.Line("var to = y" + to + ";");
                    Tiles(code, node, kernel, isa, step, window, channels);
                }
            }
        }
    }

    private static void Tiles(CodeWriter code, NodePlan node, DenseKernel kernel, Isa isa, DotStep step, Window window, int channels)
    {
        var layout = kernel.Layout;
        var lanes = layout.TileVectors * layout.Lanes;
        // The last full tile may hold fewer outputs than lanes; it is then written apart.
        var whole = layout.OutputsPerGroup / lanes;
        if (whole > 1)
        {
            using (code.Open("for (int tile = 0, output = 0; tile < " + Numbers.Text(whole) + "; tile++, output += " + Numbers.Text(lanes) + ")"))
                Tile(code, node, kernel, isa, step, window, channels, "tile", "output", layout.TileVectors, lanes);
        }

        for (var tile = whole > 1 ? whole : 0; tile < layout.Tiles; tile++)
        {
            Tile(code, node, kernel, isa, step, window, channels, Numbers.Text(tile), Numbers.Text(tile * lanes), layout.VectorsOf(tile),
                Math.Min(lanes, layout.OutputsPerGroup - (tile * lanes)));
        }
    }

    private static void Tile(CodeWriter code, NodePlan node, DenseKernel kernel, Isa isa, DotStep step, Window window, int channels,
        string tile, string output, int vectors, int outputs)
    {
        var layout = kernel.Layout;
        var weights = At(tile, layout.TileBytes, layout.WeightsOffset);
        var list = At(tile, layout.ListBytes, layout.ListsOffset);
        var positions = kernel.Positions;
        using (code.Open(""))
        {
            for (var v = 0; v < vectors; v++)
            {
                code.Line("var start" + v + " = *(" + isa.Type("int") + "*)(block + " + At(output, 4, v * isa.Bytes) + ")"
                    + (node.Staging is null ? ";" : " * minusZeroPoint;"));
                for (var p = 0; p < positions; p++)
                    code.Line("var sum" + p + "_" + v + " = start" + v + ";");
            }

            code.Line("var weight = block + " + weights + ";");
            code.Line("var list = (int*)(block + " + list + ");");
            code.Line("var place = list + " + Numbers.Text(DenseLayout.ListHeader) + ";");
            StepLoops(code, isa, step, kernel.AddedSteps, vectors, positions, window.StrideWidth * channels);
            for (var v = 0; v < vectors; v++)
            {
                code.Line("var bias" + v + " = *(" + isa.Type("float") + "*)(block + " + At(output, 4, layout.BiasOffset + (v * isa.Bytes)) + ");");
                code.Line("var multiplier" + v + " = *(" + isa.Type("float") + "*)(block + " + At(output, 4, layout.MultiplierOffset + (v * isa.Bytes)) + ");");
            }

            Outputs(code, node, isa, layout, vectors, positions, output, outputs);
        }
    }

    private static void Outputs(CodeWriter code, NodePlan node, Isa isa, DenseLayout layout, int vectors, int positions, string output, int outputs)
    {
        // With a single vector of outputs a store may run into the next position, which is stored after it, or into the border, which is
        // filled last. Otherwise exactly the outputs that there are.
        var maySpill = layout.Groups == 1 && layout.Vectors == 1;
        var channels = node.Node.Shape.Channels;
        for (int p = 0, count; p < positions; p += count)
        {
            count = p + 4 <= positions ? 4 : 1;
            for (var v = 0; v < vectors; v++)
            {
                var (first, vector) = (p, v);
                var width = Math.Min(isa.Lanes, outputs - (v * isa.Lanes));
                if (node.Staging is not null)
                {
                    OutputStageEmitter.StoreFloat(code, node.Node, isa, "sum0_" + v, "bias" + v, "multiplier" + v, "to + " + At(output, 4, v * isa.Bytes));
                }
                else if (count == 4 && (maySpill || width == isa.Lanes))
                {
                    OutputStageEmitter.StoreFour(code, node.Node, isa, i => "sum" + Numbers.Text(first + i) + "_" + vector, "bias" + v, "multiplier" + v,
                        i => Target(first + i, vector), channels == isa.Lanes);
                }
                else
                {
                    for (var i = p; i < p + count; i++)
                        OutputStageEmitter.Store(code, node.Node, isa, "sum" + i + "_" + v, "bias" + v, "multiplier" + v, Target(i, v), width, maySpill);
                }
            }
        }

        string Target(int position, int vector) => "to + " + At(output, 1, (position * channels) + (vector * isa.Lanes));
    }

    /// <summary>
    /// Whether large inputs are told step by step: all positions read one run, and the stack holds a byte for each of its steps.
    /// </summary>
    public static bool HasLargeSteps(NodePlan node, DenseKernel kernel) => node.Node is { Op: QuantizedOp.Conv2d, Weight.ZeroPoint: 0 }
        && MemoryRules.IsIdentity(node.Node.Window!) && kernel.Layout is { Groups: 1, Steps: <= MostLargeSteps };

    private static void StepLoops(CodeWriter code, Isa isa, DotStep step, int added, int vectors, int positions, int stride)
    {
        if (step is LargeStep large)
        {
            code.Line("var paired = place + list[0] + list[1];");
            using (code.Open("for (var end = paired + list[2]; place < end;)"))
            {
                using (code.Open("if (place < paired && (isLarge[place[0] >> 2] | isLarge[place[1] >> 2]) == 0)"))
                {
                    Steps(code, isa, large.Fast, 2, vectors, positions, stride);
                    code.Line("place += 2;");
                    code.Line("continue;");
                }

                code.Line();
                // Pairs stay together.
                using (code.Open("for (var next = place < paired ? place + 2 : end; place < next; place++)"))
                    Steps(code, isa, large.Wide, 1, vectors, positions, stride);
            }

            return;
        }

        if (step is not FastStep)
            added = 1;
        for (var size = added; size > 0; size /= 2)
        {
            var count = added == 1 ? "list[0] + list[1] + list[2]" : "list[" + (size == 4 ? "0" : size == 2 ? "1" : "2") + "]";
            using (code.Open("for (var end = place + " + count + "; place < end; "
                + (size == 1 ? "place++" : "place += " + Numbers.Text(size)) + ")"))
                Steps(code, isa, step, size, vectors, positions, stride);
        }
    }

    // Several steps are those whose products may be added in int16 (StepGroups).
    private static void Steps(CodeWriter code, Isa isa, DotStep step, int steps, int vectors, int positions, int stride)
    {
        for (var i = 0; i < steps; i++)
            code.Line("var run" + i + " = from + " + (i == 0 ? "*place;" : "place[" + Numbers.Text(i) + "];"));
        for (var v = 0; v < vectors; v++)
        {
            for (var i = 0; i < steps; i++)
                step.Weights(code, "w" + i + "_" + v, Weight(isa, (i * vectors) + v));
        }

        code.Line("weight += " + Numbers.Text(steps * vectors * isa.Bytes) + ";");
        for (var p = 0; p < positions; p++)
        {
            for (var i = 0; i < steps; i++)
                step.Inputs(code, "x" + i + "_" + p, Broadcast(isa, "run" + i, p * stride));
            for (var v = 0; v < vectors; v++)
            {
                var sum = "sum" + p + "_" + v;
                if (steps == 1)
                    step.Add(code, sum, "x0_" + p, "w0_" + v);
                else
                    ((FastStep)step).AddAll(code, sum, Enumerable.Range(0, steps).Select(i => ("x" + i + "_" + p, "w" + i + "_" + v)));
            }
        }
    }

    private static string Weight(Isa isa, int vector) =>
        "*(" + isa.Type("sbyte") + "*)(weight" + (vector == 0 ? "" : " + " + Numbers.Text(vector * isa.Bytes)) + ")";

    private static string Broadcast(Isa isa, string run, int offset) =>
        isa.Vector + ".AsByte(" + isa.Vector + ".Create(*(int*)" + (offset > 0 ? "(" + run + " + " + Numbers.Text(offset) + ")" : run) + "))";

    // "(output * 4) + 64", or its value when the output is a number.
    private static string At(string output, int factor, int offset) => Numbers.TryInt(output, out var value)
        ? Numbers.Text((value * factor) + offset)
        : (factor == 1 ? output : "(" + output + " * " + Numbers.Text(factor) + ")") + (offset == 0 ? "" : " + " + Numbers.Text(offset));
}
