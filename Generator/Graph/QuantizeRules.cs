using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Ops;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>Which rule quantizes a layer, and whether it can be followed.</summary>
internal static class QuantizeRules
{
    private const string Dynamic = "Dynamic";

    private static readonly string[] s_settings = ["Mode", "Activation", "Weight", "WeightBits", "Percentile"];

    /// <summary>The layer's own rule; null where it says nothing else than the class's.</summary>
    public static QuantizeRule? Of(ModelDeclaration declaration, DeclaredNode node) =>
        node.Quantize?.ToRule() is { } rule && rule != declaration.Quantize?.ToRule() ? rule : null;

    /// <summary>What can be said without knowing a single size.</summary>
    public static void Check(ModelDeclaration declaration, List<Problem> problems)
    {
        if (declaration.Quantize is { } whole)
        {
            var layers = declaration.Layers.Concat(declaration.LayerMethods.SelectMany(method => method.Layers));
            var isQuantized = !whole.IsFloat || declaration.LayerMethods.Any(method => method.Quantize is { IsFloat: false });
            Check(whole, "'" + declaration.FullName + "'", layers, problems,
                isQuantized ? null : "no layer is quantized then; remove it, or give layers rules of their own, such as [Quantize(Int8)]");
        }

        foreach (var method in declaration.LayerMethods)
        {
            if (method.Quantize is { } own)
            {
                Check(own, "'" + method.Name + "'", method.Layers, problems, declaration.Quantize is not null ? null
                    : "the class has none to differ from; add [Quantize(Int8, Backend.Fbgemm)] to it, or [Quantize(Float32)]");
            }
        }
    }

    private static void Check(QuantizeCall quantize, string owner, IEnumerable<LayerCall> layers, List<Problem> problems, string? misplaced)
    {
        if (Contradictions(quantize).FirstOrDefault() is { Text: not null } found)
            problems.Add(new Problem("CT2010", quantize.Site, found.Text, found.Argument, found.Instead));
        else if (misplaced is not null)
            problems.Add(new Problem("CT2010", quantize.Site, misplaced, "Quantize", ""));
        else if (!layers.Any(layer => AppliesTo(quantize, layer)))
            problems.Add(new Problem("CT2011", quantize.Site, owner, What(quantize)));
    }

    // Each with the argument that is to go, and what is to stand there instead, for code fixes.
    private static IEnumerable<(string Text, string Argument, string Instead)> Contradictions(QuantizeCall quantize)
    {
        var rule = quantize.ToRule();
        if (quantize.IsFloat && (quantize.Backend != rule.Backend || s_settings.Any(name => quantize.Arguments.Has(name))))
        {
            yield return ("with Float32 nothing is quantized, so there is nothing for a backend, a mode, observers or weight bits to do: "
                + "write [Quantize(Float32)]", "", "");
        }

        if (quantize.Activation.Contains("PerChannel"))
        {
            var other = quantize.Activation.Replace("PerChannel", "");
            yield return ("Observer." + quantize.Activation + " is for weights, activations have one scale for all; write Activation = "
                + "Observer." + other, "Activation", other);
        }

        if (quantize.Mode != QuantizeRule.Static && quantize.Activation != QuantizeRule.Default)
        {
            yield return ("with Mode = " + quantize.Mode + " activations are not calibrated, so there is nothing for Observer."
                + quantize.Activation + " to observe; leave Activation out", "Activation", "");
        }

        if (quantize.WeightBits is not (QuantizeRule.DefaultWeightBits or QuantizeRule.ReducedWeightBits))
            yield return ("WeightBits = " + Numbers.Text(quantize.WeightBits) + " must be 8, the default, or 7", "WeightBits", "");
        if (quantize is { Mode: "WeightOnly", WeightBits: QuantizeRule.ReducedWeightBits })
        {
            yield return ("with Mode = WeightOnly weights are multiplied in float32, where seven bits are no faster than eight; "
                + "leave WeightBits out", "WeightBits", "");
        }

        if (quantize.Arguments.Has("Percentile") && !rule.HasPercentile)
            yield return ("Percentile is for Observer.Percentile: write Activation = Observer.Percentile, too", "Percentile", "");
        if (!(quantize.Percentile is > 50 and <= 100))
        {
            yield return ("Percentile = " + Numbers.Text(quantize.Percentile) + " must be more than 50 and at most 100, such as 99.99",
                "Percentile", "");
        }
    }

    private static bool AppliesTo(QuantizeCall quantize, LayerCall layer) => quantize switch
    {
        { IsFloat: false, Mode: Dynamic } => layer.Kind == "Linear",
        { IsFloat: false, Mode: not QuantizeRule.Static } => LayerOps.Find(layer.Kind).HasWeight,
        { IsOnLayer: true } => layer.Kind is not ("Flatten" or "Dropout" or "Softmax"),
        _ => true,
    };

    private static string What(QuantizeCall quantize) => quantize switch
    {
        { IsFloat: false, Mode: Dynamic } => "Mode = Dynamic: only Linear can be quantized by the range of each call",
        { IsFloat: false, Mode: not QuantizeRule.Static } => "Mode = " + quantize.Mode + ": only Linear and Conv2d have weights",
        _ => "[Quantize]: Flatten, Dropout and Softmax do not compute in any precision of their own",
    };
}
