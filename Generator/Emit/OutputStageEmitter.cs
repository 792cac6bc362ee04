using System.Collections.Generic;
using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// FBGEMM's output stage on vectors: integer sums to bytes, every float operation rounded as FBGEMM rounds it. The scalar form is
/// QuantizedMath in the runtime.
/// </summary>
internal static class OutputStageEmitter
{
    /// <summary>What the stage needs once per call.</summary>
    public static void Constants(CodeWriter code, QuantizedNode node, Isa isa)
    {
        code.Line("var zeroPoint = " + isa.Half + ".Create((short)node->ZeroPoint);");
        code.Line("var least = " + (node.Relu ? "zeroPoint; // ReLU: nothing below zero." : isa.Words + ".Zero;"));
        if (!node.Weight!.IsPerChannel)
            code.Line("var reciprocal = " + isa.Vector + ".Create(node->Reciprocal);");
    }

    /// <summary>The sums in <paramref name="sum"/> to bytes at <paramref name="target"/>.</summary>
    /// <param name="lane">An expression: the output channel of the first lane, from the start of the block.</param>
    /// <param name="count">Bytes to store; with <paramref name="maySpill"/> a whole vector may be stored.</param>
    public static void Store(CodeWriter code, QuantizedNode node, Isa isa, string sum, string bias, string multiplier, string target, int count, bool maySpill)
    {
        var scaled = node.Weight!.IsPerChannel
            ? "(" + isa.ToSingle(sum) + " + " + bias + ") * " + multiplier
            : isa.MultiplyAdd(bias, "reciprocal", isa.ToSingle(sum)) + " * " + multiplier;
        using (code.Open(""))
        {
            code.Line("var rounded = " + isa.ToInt32(scaled) + ";");
            code.Line("var words = " + isa.Half + ".Max(" + isa.AddSaturate(isa.SaturateToWords("rounded"), "zeroPoint") + ", least);");
            code.Line("var bytes = " + isa.SaturateToBytes("words") + ";");
            foreach (var line in StoreBytes("bytes", target, maySpill ? isa.Lanes : count))
                code.Line(line);
        }
    }

    /// <summary>Stores exactly <paramref name="count"/> low bytes of a 128-bit vector.</summary>
    private static IEnumerable<string> StoreBytes(string bytes, string target, int count)
    {
        if (count == 16)
        {
            yield return "*(Vector128<byte>*)(" + target + ") = " + bytes + ";";
            yield break;
        }

        var at = 0;
        foreach (var (size, type, name) in new[] { (8, "ulong", "UInt64"), (4, "uint", "UInt32"), (2, "ushort", "UInt16"), (1, "byte", "Byte") })
        {
            for (; count - at >= size; at += size)
            {
                yield return "*(" + type + "*)(" + target + (at == 0 ? "" : " + " + Numbers.Text(at)) + ") = " + bytes + ".As" + name
                    + "().GetElement(" + Numbers.Text(at / size) + ");";
            }
        }
    }
}
