using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// Conv2d over planes (PlanarLayout). A step takes two kept weights of one output, wherever their inputs are: it interleaves the
/// bytes of 64 neighbouring positions of both planes, multiplies them with the two weights and adds the products in int16. Groups of
/// weights are so small that no sum leaves int16 (PlanarGroups). Where bytes are larger than the groups allow, which is told tile by
/// tile, a table of smaller groups is read by the same text.
/// </summary>
/// <remarks>
/// Groups are widened two by two: their sums are interleaved, and one multiplication with ones adds them in int32.
/// </remarks>
internal static class PlanarEmitter
{
    // Bytes of a table.
    private const int FetchedAhead = 1024;

    // Of the text, beside the layer's weights and the values: which tiles of positions read bytes that the first table's groups are too
    // large for. It depends on another operator's header, and stays outside so that layers can share their text.
    private const string Parameters = "(byte* w, byte* s, ulong large)";

    public static void Emit(CodeWriter code, KernelTexts texts, NetworkPlan plan, NodePlan node, PlanarKernel kernel, Isa isa)
    {
        var input = plan.Nodes[node.Node.Inputs[0]];
        var (shape, layout, name) = (node.Node.Shape, kernel.Layout, node.Identifier + "_Planar");
        var tiles = new PlanarTiles(layout.Positions, isa.Bytes, isa.Lanes == 16 ? 3 : 2);
        var owner = texts.Share(name, node.Index, Parameters, () => Method(code, plan, node, kernel, isa, tiles, name));
        code.Line();
        code.Line("// " + kernel.Reason + ".");
        using (code.Open("public static void " + node.Identifier + "(byte* w, byte* s)"))
        {
            code.Line("var large = PlanarRange.Above(" + CallEmitter.Header(input) + ", " + CallEmitter.At(input) + ", *(int*)("
                + CallEmitter.Block(node) + "), " + CallEmitter.Geometry(input) + ", " + CallEmitter.Window(node.Node.Window!) + ", "
                + Numbers.Text(shape.Height) + ", " + Numbers.Text(layout.Width) + ", " + Numbers.Text(tiles.BitShift) + ");");
            CallEmitter.Call(code, owner.Name, owner.Weights(node.Index), "s", "large");
        }
    }

    private static void Method(CodeWriter code, NetworkPlan plan, NodePlan node, PlanarKernel kernel, Isa isa, PlanarTiles tiles,
        string name)
    {
        var (shape, layout) = (node.Node.Shape, kernel.Layout);
        var outputs = Numbers.Text(shape.Channels);
        code.Line();
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (code.Open("private static void " + name + Parameters))
        {
            code.Line("var node = " + KernelTexts.Header(node.Index));
            code.Line("var block = (byte*)node + node->Block;");
            code.Line("var x = " + PlanarCalls.Planes(plan, node) + "; // " + plan.Nodes[node.Node.Inputs[0]].Node.Shape);
            code.Line("var y = " + CallEmitter.At(node) + "; // " + shape);
            code.Line("var start = (int*)(block + " + Numbers.Text(PlanarLayout.ConstantsOffset) + ");");
            code.Line("var tables = start + " + Numbers.Text(3 * shape.Channels) + ";");
            OutputStageEmitter.PlanarConstants(code, node.Node, isa);
            code.Line("var ones = " + isa.Vector + ".Create((short)1);");
            using (code.Open("for (var output = 0; output < " + outputs + "; output++, y += " + Numbers.Text(shape.Positions) + ")"))
            {
                code.Line(layout.IsCut ? "var to = x + " + Numbers.Text(layout.PlanesBytes) + ";" : "var to = y;");
                code.Line("var bias = " + isa.Vector + ".Create(((float*)start)[output + " + outputs + "]);");
                code.Line("var multiplier = " + isa.Vector + ".Create(((float*)start)[output + " + Numbers.Text(2 * shape.Channels) + "]);");
                foreach (var (begin, end, vectors) in tiles.Loops)
                {
                    var step = vectors * isa.Bytes;
                    var isOne = end - begin == step;
                    using (code.OpenIf(!isOne, "for (var position = " + Numbers.Text(begin) + "; position < " + Numbers.Text(end) + "; position += " + Numbers.Text(step) + ")"))
                        Tile(code, node, isa, layout.IsNarrow, vectors, isOne ? Numbers.Text(begin) : "position", tiles.BitShift);
                }

                if (layout.IsCut)
                {
                    CallEmitter.Call(code, "PlaneShifts.Cut", "to", "y", Numbers.Text(shape.Height), Numbers.Text(shape.Width),
                        Numbers.Text(layout.Width));
                }
            }
        }
    }

    private static void Tile(CodeWriter code, NodePlan node, Isa isa, bool isNarrow, int vectors, string position, int bitShift)
    {
        using (code.Open(""))
        {
            var bits = "(large >> (" + position + " >> " + Numbers.Text(bitShift) + ") & " + Numbers.Text((1 << vectors) - 1) + ")";
            code.Line("var entry = (int*)(block + tables[" + bits + " == 0 ? output : output + " + Numbers.Text(node.Node.Shape.Channels) + "]);");
            code.Line("var from = x + " + position + ";");
            code.Line("var first = " + isa.Vector + ".Create(start[output]);");
            for (var v = 0; v < vectors; v++)
            {
                for (var quarter = 0; quarter < 4; quarter++)
                    code.Line("var sum" + v + "_" + quarter + " = first;");
            }

            using (code.Open("for (var run = *entry++; run > 0; run--)"))
            {
                code.Line("var two = entry[0];");
                var size = isNarrow ? "2" : "3";
                code.Line("var sizeA = " + size + " * entry[1];");
                code.Line("var sizeB = " + size + " * entry[2];");
                code.Line("entry += 3;");
                using (code.Open("for (; two > 0; two--)"))
                    Two(code, isa, isNarrow, vectors);
            }

            for (var v = 0; v < vectors; v++)
                OutputStageEmitter.StorePlanes(code, node.Node, isa, "sum" + v, "to + " + position + (v == 0 ? "" : " + " + Numbers.Text(v * isa.Bytes)));
        }
    }

    private static void Two(CodeWriter code, Isa isa, bool isNarrow, int vectors)
    {
        foreach (var group in new[] { "A", "B" })
        {
            for (var v = 0; v < vectors; v++)
            {
                code.Line("var low" + group + v + " = " + isa.Type("short") + ".Zero;");
                code.Line("var high" + group + v + " = " + isa.Type("short") + ".Zero;");
            }

            // Tables of large layers come from far away, and are read but once for a vector. A group is hardly longer than
            // what one fetch brings.
            if (isNarrow)
                code.Line("Sse.Prefetch0((byte*)entry + " + Numbers.Text(FetchedAhead) + ");");
            using (code.Open("for (var end = entry + size" + group + "; entry < end; entry += " + (isNarrow ? "2" : "3") + ")"))
                Pair(code, isa, isNarrow, vectors, group);
        }

        for (var v = 0; v < vectors; v++)
        {
            foreach (var (quarter, half, a, b) in new[] { ("0", "Low", "lowA", "lowB"), ("1", "High", "lowA", "lowB"), ("2", "Low", "highA", "highB"), ("3", "High", "highA", "highB") })
            {
                var both = half == "Low" ? isa.UnpackLow(a + v, b + v) : isa.UnpackHigh(a + v, b + v);
                code.Line("sum" + v + "_" + quarter + " += " + isa.MultiplyWords(both, "ones") + ";");
            }
        }
    }

    private static void Pair(CodeWriter code, Isa isa, bool isNarrow, int vectors, string group)
    {
        code.Line("var weights = " + isa.Vector + ".Create(entry[" + (isNarrow ? "1" : "2") + "]).AsSByte();");
        if (isNarrow)
        {
            code.Line("var a = from + ((nint)((ushort*)entry)[0] * " + Numbers.Text(PlanarLayout.NarrowUnit) + ");");
            code.Line("var b = from + ((nint)((ushort*)entry)[1] * " + Numbers.Text(PlanarLayout.NarrowUnit) + ");");
        }
        else
        {
            code.Line("var a = from + entry[0];");
            code.Line("var b = from + entry[1];");
        }

        for (var v = 0; v < vectors; v++)
        {
            var at = v == 0 ? "" : " + " + Numbers.Text(v * isa.Bytes);
            code.Line("var a" + v + " = *(" + isa.Type("byte") + "*)(a" + at + ");");
            code.Line("var b" + v + " = *(" + isa.Type("byte") + "*)(b" + at + ");");
            code.Line("low" + group + v + " += " + isa.MultiplyBytes(isa.UnpackLow("a" + v, "b" + v), "weights") + ";");
            code.Line("high" + group + v + " += " + isa.MultiplyBytes(isa.UnpackHigh("a" + v, "b" + v), "weights") + ";");
        }
    }
}
