using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// Conv2d over planes (PlanarLayout). A step takes two kept weights of one output, wherever their inputs are: it interleaves the
/// bytes of 64 neighbouring positions of both planes, multiplies them with the two weights and adds the products in int16. Groups of
/// weights are so small that no sum leaves int16; after each group the sums are widened. There is one text for all bytes: a table of
/// smaller groups is read when a byte of the input is above 127.
/// </summary>
internal static class PlanarEmitter
{
    // Both halves of an interleaved vector, for two vectors of positions: as many chains of additions as the adders can take.
    private const int TileVectors = 2;

    public static void Emit(CodeWriter code, NetworkPlan plan, NodePlan node, PlanarKernel kernel, Isa isa)
    {
        var input = plan.Nodes[node.Node.Inputs[0]];
        var shape = node.Node.Shape;
        var layout = kernel.Layout;
        var positions = layout.Positions;
        var tile = TileVectors * isa.Bytes;
        code.Line();
        code.Line("// " + kernel.Reason + ".");
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (code.Open("private static void " + node.Identifier + "(byte* w, byte* s)"))
        {
            code.Line("var node = (NodeHeader*)w + " + Numbers.Text(node.Index) + ";");
            code.Line("var block = w + node->Block;");
            code.Line("var x = " + PlanarCalls.Planes(plan, node) + "; // " + input.Node.Shape);
            code.Line("var y = " + CallEmitter.At(node) + "; // " + shape);
            code.Line("var start = (int*)(block + " + Numbers.Text(PlanarLayout.ConstantsOffset) + ");");
            code.Line("// Inputs above 127 come only from samples outside the calibrated range.");
            code.Line("var isFull = ElementKernels.AnyAbove127(" + CallEmitter.At(input) + ", " + Numbers.Text(input.Node.Shape.Elements) + ");");
            code.Line("var entry = (int*)(block + ((int*)block)[isFull ? 1 : 0]);");
            OutputStageEmitter.PlanarConstants(code, node.Node, isa);
            code.Line("var even = " + isa.Vector + ".Create(1).AsInt16();");
            code.Line("var odd = " + isa.Vector + ".Create(1 << 16).AsInt16();");
            using (code.Open("for (var output = 0; output < " + Numbers.Text(shape.Channels) + "; output++, y += " + Numbers.Text(shape.Positions) + ")"))
            {
                code.Line(layout.IsCut ? "var to = x + " + Numbers.Text(layout.PlanesBytes) + ";" : "var to = y;");
                code.Line("var first = " + isa.Vector + ".Create(start[output]);");
                code.Line("var bias = " + isa.Vector + ".Create(((float*)start)[output + " + Numbers.Text(shape.Channels) + "]);");
                code.Line("var multiplier = " + isa.Vector + ".Create(((float*)start)[output + " + Numbers.Text(2 * shape.Channels) + "]);");
                code.Line("var begin = entry;");
                var whole = positions / tile;
                var rest = positions - (whole * tile);
                if (whole > 0)
                {
                    using (code.OpenIf(whole > 1, "for (var position = 0; position < " + Numbers.Text(whole * tile) + "; position += " + Numbers.Text(tile) + ")"))
                        Tile(code, node, isa, TileVectors, whole > 1 ? "position" : "0");
                }

                if (rest > 0)
                    Tile(code, node, isa, rest > isa.Bytes ? TileVectors : 1, Numbers.Text(whole * tile));
                if (layout.IsCut)
                {
                    CallEmitter.Call(code, "PlaneShifts.Cut", "to", "y", Numbers.Text(shape.Height), Numbers.Text(shape.Width),
                        Numbers.Text(layout.Width));
                }
            }
        }
    }

    private static void Tile(CodeWriter code, NodePlan node, Isa isa, int vectors, string position)
    {
        using (code.Open(""))
        {
            code.Line("entry = begin;");
            code.Line("var from = x + " + position + ";");
            for (var v = 0; v < vectors; v++)
            {
                for (var part = 0; part < 4; part++)
                    code.Line("var sum" + v + "_" + part + " = first;");
            }

            using (code.Open("for (var group = *entry++; group > 0; group--)"))
            {
                for (var v = 0; v < vectors; v++)
                {
                    code.Line("var low" + v + " = " + isa.Type("short") + ".Zero;");
                    code.Line("var high" + v + " = " + isa.Type("short") + ".Zero;");
                }

                code.Line("var pairs = *entry++;");
                using (code.Open("for (var end = entry + (3 * pairs); entry < end; entry += 3)"))
                {
                    code.Line("var weights = " + isa.Vector + ".Create(entry[2]).AsSByte();");
                    code.Line("var a = from + entry[0];");
                    code.Line("var b = from + entry[1];");
                    for (var v = 0; v < vectors; v++)
                    {
                        var at = v == 0 ? "" : " + " + Numbers.Text(v * isa.Bytes);
                        code.Line("var a" + v + " = *(" + isa.Type("byte") + "*)(a" + at + ");");
                        code.Line("var b" + v + " = *(" + isa.Type("byte") + "*)(b" + at + ");");
                        code.Line("low" + v + " += " + isa.MultiplyBytes(isa.UnpackLow("a" + v, "b" + v), "weights") + ";");
                        code.Line("high" + v + " += " + isa.MultiplyBytes(isa.UnpackHigh("a" + v, "b" + v), "weights") + ";");
                    }
                }

                for (var v = 0; v < vectors; v++)
                {
                    code.Line("sum" + v + "_0 += " + isa.MultiplyWords("low" + v, "even") + ";");
                    code.Line("sum" + v + "_1 += " + isa.MultiplyWords("low" + v, "odd") + ";");
                    code.Line("sum" + v + "_2 += " + isa.MultiplyWords("high" + v, "even") + ";");
                    code.Line("sum" + v + "_3 += " + isa.MultiplyWords("high" + v, "odd") + ";");
                }
            }

            for (var v = 0; v < vectors; v++)
                OutputStageEmitter.StorePlanes(code, node.Node, isa, "sum" + v, "to + " + position + (v == 0 ? "" : " + " + Numbers.Text(v * isa.Bytes)));
        }
    }
}
