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
/// Groups are not widened one by one. Two int16 sums over groups stand for the int32 one: the total, of which only the low 16 bits
/// are right, and that of the groups' high bytes. What the latter leave out is at most 255 a group, so together they determine the sum
/// of up to 255 groups, a part (PlanarTable).
/// </remarks>
internal static class PlanarEmitter
{
    public static void Emit(CodeWriter code, NetworkPlan plan, NodePlan node, PlanarKernel kernel, Isa isa)
    {
        var input = plan.Nodes[node.Node.Inputs[0]];
        var shape = node.Node.Shape;
        var layout = kernel.Layout;
        var outputs = Numbers.Text(shape.Channels);
        code.Line();
        code.Line("// " + kernel.Reason + ".");
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (code.Open("public static void " + node.Identifier + "(byte* w, byte* s)"))
        {
            code.Line("var node = (NodeHeader*)w + " + Numbers.Text(node.Index) + ";");
            code.Line("var block = w + node->Block;");
            code.Line("var x = " + PlanarCalls.Planes(plan, node) + "; // " + input.Node.Shape);
            code.Line("var y = " + CallEmitter.At(node) + "; // " + shape);
            code.Line("var start = (int*)(block + " + Numbers.Text(PlanarLayout.ConstantsOffset) + ");");
            code.Line("var tables = start + " + Numbers.Text(3 * shape.Channels) + ";");
            var tiles = new PlanarTiles(layout.Positions, isa.Bytes, isa.Lanes == 16 ? 4 : 2);
            code.Line("// Which tiles of positions read bytes that the first table's groups are too large for.");
            code.Line("var large = PlanarRange.Above(" + CallEmitter.Header(input) + ", " + CallEmitter.At(input) + ", *(int*)block, "
                + CallEmitter.Geometry(input) + ", " + CallEmitter.Window(node.Node.Window!) + ", " + Numbers.Text(shape.Height) + ", "
                + Numbers.Text(layout.Width) + ", " + Numbers.Text(tiles.BitShift) + ");");
            OutputStageEmitter.PlanarConstants(code, node.Node, isa);
            code.Line("var least16 = " + isa.Vector + ".Create(short.MinValue);");
            code.Line("var bytes = " + isa.Vector + ".Create(1 | (256 << 16)).AsInt16();");
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
                        Tile(code, node, isa, vectors, isOne ? Numbers.Text(begin) : "position", tiles.BitShift);
                }

                if (layout.IsCut)
                {
                    CallEmitter.Call(code, "PlaneShifts.Cut", "to", "y", Numbers.Text(shape.Height), Numbers.Text(shape.Width),
                        Numbers.Text(layout.Width));
                }
            }
        }
    }

    private static void Tile(CodeWriter code, NodePlan node, Isa isa, int vectors, string position, int bitShift)
    {
        using (code.Open(""))
        {
            var bits = "(large >> (" + position + " >> " + Numbers.Text(bitShift) + ") & " + Numbers.Text((1 << vectors) - 1) + ")";
            code.Line("var entry = (int*)(block + tables[" + bits + " == 0 ? output : output + " + Numbers.Text(node.Node.Shape.Channels) + "]);");
            code.Line("var from = x + " + position + ";");
            code.Line("var part = *entry++;");
            code.Line("var first = " + isa.Vector + ".Create(start[output] + (part << 15));");
            for (var v = 0; v < vectors; v++)
            {
                for (var quarter = 0; quarter < 4; quarter++)
                    code.Line("var sum" + v + "_" + quarter + " = first;");
            }

            using (code.Open("for (; part > 0; part--)"))
            {
                for (var v = 0; v < vectors; v++)
                {
                    code.Line("var totalLow" + v + " = least16;");
                    code.Line("var totalHigh" + v + " = least16;");
                    code.Line("var bytesLow" + v + " = " + isa.Type("short") + ".Zero;");
                    code.Line("var bytesHigh" + v + " = " + isa.Type("short") + ".Zero;");
                }

                using (code.Open("for (var run = *entry++; run > 0; run--)"))
                {
                    code.Line("var group = entry[0];");
                    code.Line("var more = 3 * (entry[1] - 1);");
                    code.Line("entry += 2;");
                    using (code.Open("for (; group > 0; group--)"))
                        Group(code, isa, vectors);
                }

                for (var v = 0; v < vectors; v++)
                {
                    Sums(code, isa, "Low" + v, "sum" + v + "_0", "sum" + v + "_1");
                    Sums(code, isa, "High" + v, "sum" + v + "_2", "sum" + v + "_3");
                }
            }

            for (var v = 0; v < vectors; v++)
                OutputStageEmitter.StorePlanes(code, node.Node, isa, "sum" + v, "to + " + position + (v == 0 ? "" : " + " + Numbers.Text(v * isa.Bytes)));
        }
    }

    private static void Group(CodeWriter code, Isa isa, int vectors)
    {
        for (var v = 0; v < vectors; v++)
            code.Line(isa.Type("short") + " low" + v + ", high" + v + ";");
        using (code.Open(""))
            Pair(code, isa, vectors, "=");
        code.Line("entry += 3;");
        using (code.Open("for (var end = entry + more; entry < end; entry += 3)"))
            Pair(code, isa, vectors, "+=");
        for (var v = 0; v < vectors; v++)
        {
            code.Line("totalLow" + v + " += low" + v + ";");
            code.Line("bytesLow" + v + " += low" + v + " >> 8;");
            code.Line("totalHigh" + v + " += high" + v + ";");
            code.Line("bytesHigh" + v + " += high" + v + " >> 8;");
        }
    }

    private static void Pair(CodeWriter code, Isa isa, int vectors, string assign)
    {
        code.Line("var weights = " + isa.Vector + ".Create(entry[2]).AsSByte();");
        code.Line("var a = from + entry[0];");
        code.Line("var b = from + entry[1];");
        for (var v = 0; v < vectors; v++)
        {
            var at = v == 0 ? "" : " + " + Numbers.Text(v * isa.Bytes);
            code.Line("var a" + v + " = *(" + isa.Type("byte") + "*)(a" + at + ");");
            code.Line("var b" + v + " = *(" + isa.Type("byte") + "*)(b" + at + ");");
            code.Line("low" + v + " " + assign + " " + isa.MultiplyBytes(isa.UnpackLow("a" + v, "b" + v), "weights") + ";");
            code.Line("high" + v + " " + assign + " " + isa.MultiplyBytes(isa.UnpackHigh("a" + v, "b" + v), "weights") + ";");
        }
    }

    // The total and 256 times the high bytes' sum differ by the low bytes' sum: 16 bits without a sign. The total began with -2^15 to give
    // them one, and so what is added to the sums is 2^15 too little.
    private static void Sums(CodeWriter code, Isa isa, string half, string first, string second)
    {
        using (code.Open(""))
        {
            code.Line("var rest = total" + half + " - (bytes" + half + " << 8);");
            code.Line(first + " += " + isa.MultiplyWords(isa.UnpackLow("rest", "bytes" + half), "bytes") + ";");
            code.Line(second + " += " + isa.MultiplyWords(isa.UnpackHigh("rest", "bytes" + half), "bytes") + ";");
        }
    }
}
