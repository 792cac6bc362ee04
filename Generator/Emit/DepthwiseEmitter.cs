using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// Depthwise Conv2d with channels as lanes (DepthwiseLayout): the bytes of two taps are interleaved, widened to int16 and multiplied
/// with their two weights by one vpmaddwd. Exact for every input.
/// </summary>
internal static class DepthwiseEmitter
{
    public static void Emit(CodeWriter code, NetworkPlan plan, NodePlan node, DepthwiseKernel kernel, Isa isa)
    {
        var layout = kernel.Layout;
        var input = plan.Nodes[node.Node.Inputs[0]].Buffer;
        var window = node.Node.Window!;
        var output = node.Buffer;
        var shape = node.Node.Shape;
        var origin = input.Origin - (window.Top * input.RowStride) - (window.Left * shape.Channels);
        code.Line();
        code.Line("// " + kernel.Reason + ".");
        code.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (code.Open("private static void " + node.Identifier + "(byte* w, byte* s)"))
        {
            code.Line("var node = (NodeHeader*)w + " + Numbers.Text(node.Index) + ";");
            code.Line("var block = w + node->Block;");
            code.Line("var x = s + " + Numbers.Text(origin) + "; // " + input.Shape + (window.HasPadding ? " with padding" : ""));
            code.Line("var y = s + " + Numbers.Text(output.Origin) + "; // " + shape);
            OutputStageEmitter.Constants(code, node, isa);
            using (code.OpenIf(shape.Height > 1, "for (var row = 0; row < " + Numbers.Text(shape.Height) + "; row++, x += "
                + Numbers.Text(window.StrideHeight * input.RowStride) + ", y += " + Numbers.Text(output.RowStride) + ")"))
            using (code.Open("for (var column = 0; column < " + Numbers.Text(shape.Width) + "; column++)"))
            {
                // Position by position, channels ascending: what is stored past the last channel is overwritten by the next position.
                code.Line("var from = x + (column * " + Numbers.Text(window.StrideWidth * shape.Channels) + ");");
                code.Line("var to = y + (column * " + Numbers.Text(shape.Channels) + ");");
                code.Line("var weight = block + " + Numbers.Text(layout.WeightsOffset) + ";");
                using (code.Open("for (var channel = 0; channel < " + Numbers.Text(layout.PaddedChannels) + "; channel += "
                    + Numbers.Text(layout.Lanes) + ", weight += " + Numbers.Text(layout.VectorBytes) + ")"))
                {
                    code.Line("var sum = *(" + isa.Type("int") + "*)(block + (channel * 4));");
                    for (var pair = 0; pair < layout.Pairs; pair++)
                    {
                        var first = Tap(2 * pair, window, input);
                        // An odd number of taps: the last one is multiplied a second time, with zero.
                        var second = (2 * pair) + 1 < layout.Taps ? Tap((2 * pair) + 1, window, input) : first;
                        Pair(code, isa, first, second, pair);
                    }

                    OutputStageEmitter.Store(code, node.Node, isa, "sum",
                        "*(" + isa.Type("float") + "*)(block + " + Numbers.Text(layout.BiasOffset) + " + (channel * 4))",
                        "*(" + isa.Type("float") + "*)(block + " + Numbers.Text(layout.MultiplierOffset) + " + (channel * 4))",
                        "to + channel", layout.Lanes, maySpill: true);
                }
            }
        }
    }

    private static void Pair(CodeWriter code, Isa isa, int first, int second, int pair)
    {
        using (code.Open(""))
        {
            if (isa.Lanes == 16)
            {
                code.Line("var a = *(Vector128<byte>*)(from + channel + " + Numbers.Text(first) + ");");
                code.Line("var b = *(Vector128<byte>*)(from + channel + " + Numbers.Text(second) + ");");
                code.Line("var both = Vector256.Create(Sse2.UnpackLow(a, b), Sse2.UnpackHigh(a, b));");
            }
            else
            {
                code.Line("var a = Vector128.CreateScalarUnsafe(*(ulong*)(from + channel + " + Numbers.Text(first) + ")).AsByte();");
                code.Line("var b = Vector128.CreateScalarUnsafe(*(ulong*)(from + channel + " + Numbers.Text(second) + ")).AsByte();");
                code.Line("var both = Sse2.UnpackLow(a, b);");
            }

            code.Line("sum += " + isa.MultiplyWords(isa.WidenBytes("both"),
                "*(" + isa.Type("short") + "*)(weight + " + Numbers.Text(pair * isa.Bytes) + ")") + ";");
        }
    }

    private static int Tap(int tap, Window window, BufferPlan input) =>
        (tap / window.KernelWidth * window.DilationHeight * input.RowStride) + (tap % window.KernelWidth * window.DilationWidth * input.Shape.Channels);
}
