using System.Collections.Generic;
using System.Globalization;
using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>What is told of the network in words: comments in the code and remarks on the class.</summary>
internal static class Summary
{
    /// <summary><c>"Stem.0" Conv2d: 3x32x32 -> 16x32x32, 432 weights, 60.2 % kept</c>.</summary>
    public static string Line(NetworkPlan plan, NodePlan node)
    {
        var shapes = new List<string>();
        foreach (var input in node.Node.Inputs)
            shapes.Add(plan.Nodes[input].Node.Shape.ToString());
        var text = "\"" + node.Node.Name + "\" " + node.Node.Op + (node.Node.IsFloat ? " (float32)" : "") + (node.Node.Relu ? " + ReLU" : "") + ": " + string.Join(" and ", shapes)
            + " -> " + node.Node.Shape;
        return node.Node.Weight is { } weight
            ? text + ", " + Numbers.Text(weight.Elements) + " weights, " + Percent(weight.Density) + " kept"
            : text;
    }

    public static string Percent(double fraction) => (100 * fraction).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
