using System;
using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// The method of a layer whose rows have several texts, one for each way to multiply (DotStep). With vpdpbusd one text is right for all
/// inputs; without it the layer looks at its input and calls the fast text or the wide one. Weights are packed alike for all three.
/// </summary>
internal static class LayerGuard
{
    /// <param name="code">Where to.</param>
    /// <param name="texts">Those of other layers.</param>
    /// <param name="plan">The network.</param>
    /// <param name="node">The layer.</param>
    /// <param name="kernel">Its kernel.</param>
    /// <param name="isa">The kernel's vectors.</param>
    /// <param name="suffix">What the texts' names end with.</param>
    /// <param name="text">Prints a text under a name.</param>
    public static void Emit(CodeWriter code, KernelTexts texts, NetworkPlan plan, NodePlan node, KernelPlan kernel, Isa isa, string suffix,
        Action<string, DotStep> text)
    {
        var isAffine = node.Node.Weight!.ZeroPoint != 0;
        var hasVnni = !isAffine && plan.HasVnni(isa.Lanes);
        var name = node.Identifier + suffix;
        var owner = texts.Share(name, node.Index, () =>
        {
            if (!isAffine)
                text(name, new FastStep(isa));
            if (hasVnni)
                text(name + "Vnni", new VnniStep(isa));
            text(name + "Wide", new WideStep(isa, isAffine));
        });
        Guard(code, plan, node, kernel, owner, isAffine, hasVnni ? isa.Vnni : null);
    }

    private static void Guard(CodeWriter code, NetworkPlan plan, NodePlan node, KernelPlan kernel, KernelTexts.Owner owner, bool alwaysWide,
        string? vnni)
    {
        var (name, weights) = (owner.Name, owner.Weights(node.Index));
        var input = plan.InputOf(node);
        var spans = plan.InputSpansWholeBytes(node);
        var rows = Numbers.Text(node.Node.Shape.Height);
        code.Line();
        code.Line("// " + kernel.Reason + ".");
        using (code.Open("public static void " + node.Identifier + "(byte* w, byte* s)"))
        {
            if (alwaysWide)
            {
                code.Line("// The weights have a zero point, so their differences to it do not fit a byte.");
                code.Line(name + "Wide(" + weights + ", s, 0, " + rows + ");");
                return;
            }

            code.Line("// " + Saturation(node, kernel, spans) + ".");
            if (vnni is not null)
            {
                code.Line("// With AVX-VNNI one kernel is exact for all bytes.");
                using (code.Open("if (" + vnni + ".IsSupported)"))
                {
                    code.Line(name + "Vnni(" + weights + ", s, 0, " + rows + ");");
                    code.Line("return;");
                }

                code.Line();
            }

            if (spans)
            {
                code.Line("if ((" + CallEmitter.Header(node) + ")->FastLimit < 255)");
                code.Line("    " + name + "Wide(" + weights + ", s, 0, " + rows + ");");
                code.Line("else");
                code.Line("    " + name + "(" + weights + ", s, 0, " + rows + ");");
            }
            else
            {
                var window = node.Node.Window ?? new Window(1, 1);
                CallEmitter.Call(code, "RowKernels.Run", "&" + name, "&" + name + "Wide", CallEmitter.Header(node), weights, "s",
                    "s + " + Numbers.Text(input.Start + ((input.Top - window.Top) * input.RowStride)), Rows(node, input, window), rows);
            }
        }
    }

    /// <summary>The rows of the result that a text computes.</summary>
    public const string Parameters = "(byte* w, byte* s, int firstRow, int endRow)";

    private static string Rows(NodePlan node, BufferPlan input, Window window)
    {
        var reach = (window.KernelHeight - 1) * window.DilationHeight;
        return "new RowGeometry(" + string.Join(", ", Numbers.Text(input.RowStride),
            Numbers.Text(((node.Node.Shape.Height - 1) * window.StrideHeight) + reach + 1), Numbers.Text(window.StrideHeight),
            Numbers.Text(window.KernelHeight), Numbers.Text(window.DilationHeight)) + ")";
    }

    /// <summary>Which text is taken, and why. The number is that of the compiled-in weights; the code asks those it runs.</summary>
    public static string Saturation(NodePlan node, KernelPlan kernel, bool spansWholeBytes)
    {
        var pairs = kernel is DenseKernel ? node.Node.Weight!.SaturatingPairs : null;
        var range = spansWholeBytes ? "Activations span 0..255" : "Activations lie in 0..127 but for the few beyond the calibrated range";
        if (pairs == 0)
            return range + "; no pair of weights could saturate an int16: fast kernel";
        if (kernel is SparseKernel && spansWholeBytes)
            return range + "; weights are paired so that none saturate an int16: fast kernel";
        var could = pairs is { } count
            ? Numbers.Text(count) + (count == 1 ? " pair" : " pairs") + " of weights could saturate"
            : "weights may saturate";
        var wide = kernel is DenseKernel dense && DenseEmitter.HasLargeSteps(node, dense)
            ? "wide steps where rows have such, fast kernel for all others"
            : "wide kernel for rows with such, fast kernel for all others";
        return range + "; " + could + ": " + (spansWholeBytes ? "wide kernel" : wide);
    }
}
