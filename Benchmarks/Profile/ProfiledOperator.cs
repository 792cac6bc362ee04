extern alias generator;

using System.Text.RegularExpressions;
using generator::CompileTime.Generator.Plan;

namespace CompileTime.Benchmarks.Profile;

/// <summary>One statement of generated code and what it took.</summary>
/// <param name="Statement">A call of a layer's kernel or of the runtime's.</param>
/// <param name="Node">The layer that it computes; null where it has no weights.</param>
/// <param name="Kernel">How; null for the same.</param>
/// <param name="Microseconds">A call, without looking at the clock.</param>
internal sealed partial record ProfiledOperator(string Statement, NodePlan? Node, KernelPlan? Kernel, double Microseconds)
{
    /// <summary>What is called.</summary>
    public string Name => Callee().Match(Statement).Value;

    /// <summary>The weight's dimensions, as <c>32x16x3x3</c>.</summary>
    public string Weight => Node is null ? "" : string.Join('x', Node.Node.Weight!.Dimensions);

    /// <summary>Multiply-accumulates of a call, those of zeros included; 0 without weights.</summary>
    public long Macs => Node is null ? 0 : (long)Node.Node.Weight!.Elements * Node.Node.Shape.Positions;

    /// <summary>Those of weights that are not zero.</summary>
    public long KeptMacs => Node is null ? 0 : (long)Node.Node.Weight!.Nonzeros * Node.Node.Shape.Positions;

    [GeneratedRegex(@"^[\w.]+")]
    private static partial Regex Callee();
}
