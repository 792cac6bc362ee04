using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// FBGEMM's output stage on vectors: integer sums to bytes, every float operation rounded as FBGEMM rounds it. The scalar form is
/// QuantizedMath in the runtime.
/// </summary>
internal static class OutputStageEmitter
{
    /// <summary>The stage itself, once per width of vectors and way of scaling weights; always inlined.</summary>
    public static void Methods(CodeWriter code, Isa isa, QuantizedNetwork network)
    {
        if (network.Nodes.Any(node => node.Weight is { IsPerChannel: true }))
            Method(code, isa, "RequantizePerChannel", "", PerChannel(isa, isa.ToSingle("sum"), "bias", "multiplier"));
        if (network.Nodes.Any(node => node.Weight is { IsPerChannel: false }))
        {
            Method(code, isa, "RequantizePerTensor", ", " + isa.Type("float") + " reciprocal",
                isa.MultiplyAdd("bias", "reciprocal", isa.ToSingle("sum")) + " * multiplier");
        }
    }

    /// <summary>What the stage needs once per call of a kernel.</summary>
    /// <param name="fours">Whether there is a <see cref="StoreFour"/>.</param>
    public static void Constants(CodeWriter code, NodePlan plan, Isa isa, bool fours = false)
    {
        if (plan.Staging is not null)
        {
            code.Line("var input = (DynamicInput*)(" + FloatCallEmitter.Staged(plan) + "); // how it was quantized in this call");
            code.Line("var minusZeroPoint = " + isa.Vector + ".Create(-input->ZeroPoint);");
            code.Line("var inputScale = " + isa.Vector + ".Create(input->Scale);");
            return;
        }

        var node = plan.Node;
        code.Line("var zeroPoint = " + isa.Vector + ".Create((short)node->ZeroPoint);");
        code.Line("var least = " + (node.Relu ? "zeroPoint; // ReLU: nothing below zero." : isa.Type("short") + ".Zero;"));
        if (fours)
            code.Line("var order = " + isa.QuarterOrder + ";");
        if (!node.Weight!.IsPerChannel)
            code.Line("var reciprocal = " + isa.Vector + ".Create(node->Reciprocal);");
    }

    /// <summary>The sums in <paramref name="sum"/> to bytes at <paramref name="target"/>.</summary>
    /// <param name="count">Outputs in the vector.</param>
    /// <param name="maySpill">Whether a whole vector may be stored where there are fewer outputs.</param>
    public static void Store(CodeWriter code, QuantizedNode node, Isa isa, string sum, string bias, string multiplier, string target, int count,
        bool maySpill)
    {
        var bytes = (node.Weight!.IsPerChannel ? "RequantizePerChannel(" : "RequantizePerTensor(") + sum + ", " + bias + ", " + multiplier
            + ", zeroPoint.GetLower(), least.GetLower()" + (node.Weight.IsPerChannel ? ")" : ", reciprocal)");
        var stored = maySpill ? isa.Lanes : count;
        if (stored == 16)
        {
            code.Line("*(Vector128<byte>*)(" + target + ") = " + bytes + ";");
        }
        else if (stored == 8)
        {
            code.Line("*(ulong*)(" + target + ") = " + bytes + ".AsUInt64().ToScalar();");
        }
        else
        {
            using (code.Open(""))
            {
                code.Line("var bytes = " + bytes + ";");
                foreach (var line in Pieces(target, stored))
                    code.Line(line);
            }
        }
    }

    /// <summary>
    /// The sums in <paramref name="sum"/> to float values, for weights whose scale is <paramref name="scale"/>: whole vectors, as what
    /// follows the last output is nobody's.
    /// </summary>
    public static void StoreFloat(CodeWriter code, QuantizedNode node, Isa isa, string sum, string bias, string scale, string target)
    {
        var value = isa.MultiplyAdd(isa.ToSingle(sum), "(inputScale * " + scale + ")", bias);
        if (!node.Relu)
        {
            code.Line("*(" + isa.Type("float") + "*)(" + target + ") = " + value + ";");
            return;
        }

        using (code.Open(""))
        {
            code.Line("var value = " + value + ";");
            code.Line("*(" + isa.Type("float") + "*)(" + target + ") = " + isa.Vector + ".ConditionalSelect(" + isa.Vector + ".LessThan(value, "
                + isa.Type("float") + ".Zero), " + isa.Type("float") + ".Zero, value);");
        }
    }

    /// <summary>
    /// Four vectors of sums whose bytes, packed part by part, stand in the order of memory: to a vector of bytes at <paramref name="target"/>.
    /// </summary>
    /// <param name="bias">Where the four vectors of biases are.</param>
    /// <param name="multiplier">Where the four vectors of multipliers are.</param>
    public static void StoreChunk(CodeWriter code, QuantizedNode node, Isa isa, string sum, string target, string bias, string multiplier)
    {
        Pack(code, node, isa, part => sum + part, part => Part(bias, part), part => Part(multiplier, part));
        code.Line("*(" + isa.Type("byte") + "*)(" + target + ") = packed;");
        string Part(string start, int part) => "*(" + isa.Type("float") + "*)(" + start + " + " + Numbers.Text(part * isa.Bytes) + ")";
    }

    /// <summary>
    /// The sums of the same outputs at four positions to bytes: a vector for each would be packed four times. Whole vectors of outputs, or
    /// such as may be stored whole.
    /// </summary>
    /// <param name="sum">The sums of one of the four.</param>
    /// <param name="target">Where its bytes go.</param>
    /// <param name="follow">Whether the four follow each other in memory.</param>
    public static void StoreFour(CodeWriter code, QuantizedNode node, Isa isa, Func<int, string> sum, string bias, string multiplier,
        Func<int, string> target, bool follow)
    {
        using (code.Open(""))
        {
            Pack(code, node, isa, sum, _ => bias, _ => multiplier);
            code.Line("var bytes = " + isa.GatherQuarters("packed", "order") + ";");
            if (follow)
                code.Line("*(" + isa.Type("byte") + "*)(" + target(0) + ") = bytes;");
            for (var position = 0; position < 4 && !follow; position++)
                code.Line("*(" + isa.QuarterType + "*)(" + target(position) + ") = " + isa.Quarter("bytes", position) + ";");
        }
    }

    // Times one and plus the bias is their sum, rounded once, as an addition is; but conversions, of which the stage is full, occupy the
    // ports that add, and multiplications have others.
    private static string PerChannel(Isa isa, string value, string bias, string multiplier) =>
        isa.MultiplyAdd(value, isa.Vector + ".Create(1f)", bias) + " * " + multiplier;

    private static void Pack(CodeWriter code, QuantizedNode node, Isa isa, Func<int, string> sum, Func<int, string> bias, Func<int, string> multiplier)
    {
        for (var part = 0; part < 4; part++)
            code.Line("var rounded" + part + " = " + Rounded(node, isa, sum(part), bias(part), multiplier(part)) + ";");
        Pack(code, isa, part => "rounded" + part);
    }

    /// <summary>A vector of sums, scaled and rounded.</summary>
    public static string Rounded(QuantizedNode node, Isa isa, string sum, string bias, string multiplier)
    {
        var value = isa.ToSingle(sum);
        return isa.ToInt32(node.Weight!.IsPerChannel ? PerChannel(isa, value, bias, multiplier)
            : isa.MultiplyAdd(bias, "reciprocal", value) + " * " + multiplier);
    }

    /// <summary>Four vectors of what was rounded to one of bytes, <c>packed</c>: four bytes of each by turns.</summary>
    public static void Pack(CodeWriter code, Isa isa, Func<int, string> rounded)
    {
        foreach (var (name, a, b) in new[] { ("lowWords", 0, 1), ("highWords", 2, 3) })
        {
            code.Line("var " + name + " = " + isa.Vector + ".Max(" + isa.AddWords(isa.PackWords(rounded(a), rounded(b)), "zeroPoint")
                + ", least);");
        }

        code.Line("var packed = " + isa.PackBytes("lowWords", "highWords") + ";");
    }

    /// <summary>What the stage over planes needs once per call of a kernel.</summary>
    public static void PlanarConstants(CodeWriter code, QuantizedNode node, Isa isa)
    {
        code.Line("var zeroPoint = " + isa.Vector + ".Create((short)node->ZeroPoint);");
        if (!node.Weight!.IsPerChannel)
            code.Line("var reciprocal = " + isa.Vector + ".Create(node->Reciprocal);");
    }

    /// <summary>
    /// A vector of positions of one output, whose sums are in four vectors (the four quarters of each 128-bit part), to bytes at
    /// <paramref name="target"/>.
    /// </summary>
    public static void StorePlanes(CodeWriter code, QuantizedNode node, Isa isa, string sum, string target)
    {
        using (code.Open(""))
        {
            for (var part = 0; part < 4; part++)
            {
                code.Line("var rounded" + Numbers.Text(part) + " = "
                    + Rounded(node, isa, sum + "_" + Numbers.Text(part), "bias", "multiplier") + ";");
            }

            foreach (var (name, a, b) in new[] { ("low", "0", "1"), ("high", "2", "3") })
            {
                var words = isa.AddWords(isa.PackWords("rounded" + a, "rounded" + b), "zeroPoint");
                // Packing bytes limits them to 0 by itself.
                code.Line("var " + name + " = " + (node.Relu ? isa.Vector + ".Max(" + words + ", zeroPoint)" : words) + ";");
            }

            code.Line("*(" + isa.Type("byte") + "*)(" + target + ") = " + isa.PackBytes("low", "high") + ";");
        }
    }

    private static void Method(CodeWriter code, Isa isa, string name, string more, string scaled)
    {
        code.Line();
        code.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        using (code.Open("private static Vector128<byte> " + name + "(" + isa.Type("int") + " sum, " + isa.Type("float") + " bias, "
            + isa.Type("float") + " multiplier, " + isa.Words + " zeroPoint, " + isa.Words + " least" + more + ")"))
        {
            code.Line("var rounded = " + isa.ToInt32(scaled) + ";");
            code.Line("var words = " + isa.Half + ".Max(" + isa.AddSaturate(isa.SaturateToWords("rounded"), "zeroPoint") + ", least);");
            code.Line("return " + isa.SaturateToBytes("words") + ";");
        }
    }

    /// <summary>Stores exactly that many low bytes of the vector <c>bytes</c>, in the fewest stores.</summary>
    public static IEnumerable<string> Pieces(string target, int count)
    {
        var at = 0;
        foreach (var (size, type, name) in new[] { (8, "ulong", "UInt64"), (4, "uint", "UInt32"), (2, "ushort", "UInt16"), (1, "byte", "Byte") })
        {
            for (; count - at >= size; at += size)
            {
                yield return "*(" + type + "*)(" + target + (at == 0 ? "" : " + " + Numbers.Text(at)) + ") = bytes.As" + name
                    + "().GetElement(" + Numbers.Text(at / size) + ");";
            }
        }
    }
}
