using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>The method of a layer that has a fast and a wide text: it looks at its input and calls the one or the other.</summary>
internal static class LayerGuard
{
    public static void Emit(CodeWriter code, NetworkPlan plan, NodePlan node, KernelPlan kernel, string suffix, bool alwaysWide)
    {
        var input = plan.Nodes[node.Node.Inputs[0]].Buffer;
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

            code.Line("// Inputs above 127 come only from samples outside the calibrated range.");
            code.Line("if (ElementKernels.AnyAbove127(s + " + Numbers.Text(input.Start) + ", " + Numbers.Text(input.Bytes) + "))");
            code.Line("    " + name + "Wide(w, s);");
            code.Line("else");
            code.Line("    " + name + "(w, s);");
        }
    }
}
