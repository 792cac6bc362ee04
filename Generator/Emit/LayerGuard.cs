using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>The method of a layer that has a fast and a wide text: it looks at its input and calls the one or the other.</summary>
internal static class LayerGuard
{
    public static void Emit(CodeWriter code, NetworkPlan plan, NodePlan node, KernelPlan kernel, string suffix, bool alwaysWide)
    {
        var input = plan.InputOf(node);
        var spans = plan.InputSpansWholeBytes(node);
        var name = node.Identifier + suffix;
        code.Line();
        code.Line("// " + kernel.Reason + ".");
        using (code.Open("private static void " + node.Identifier + "(byte* w, byte* s)"))
        {
            if (alwaysWide)
            {
                code.Line("// The weights have a zero point, so their differences to it do not fit a byte.");
                code.Line(name + "Wide(w, s);");
                return;
            }

            code.Line("// " + Saturation(node, kernel, spans) + ".");
            var looks = " && ElementKernels.AnyAbove127(s + " + Numbers.Text(input.Start) + ", " + Numbers.Text(input.Bytes) + ")";
            code.Line("if ((" + CallEmitter.Header(node) + ")->SaturatingPairs > 0" + (spans ? "" : looks) + ")");
            code.Line("    " + name + "Wide(w, s);");
            code.Line("else");
            code.Line("    " + name + "(w, s);");
        }
    }

    /// <summary>Which text is taken, and why. The number is that of the compiled-in weights; the code asks those it runs.</summary>
    public static string Saturation(NodePlan node, KernelPlan kernel, bool spansWholeBytes)
    {
        var pairs = kernel is DenseKernel ? node.Node.Weight!.SaturatingPairs : null;
        var range = spansWholeBytes ? "Activations span 0..255" : "Activations lie in 0..127 unless a sample leaves the calibrated range";
        if (pairs == 0)
            return range + "; no pair of weights could saturate an int16: fast kernel";
        var could = pairs is { } count
            ? Numbers.Text(count) + (count == 1 ? " pair" : " pairs") + " of weights could saturate"
            : "weights may saturate";
        return range + "; " + could + ": " + (spansWholeBytes ? "wide kernel" : "wide kernel for such samples, fast kernel for all others");
    }
}
