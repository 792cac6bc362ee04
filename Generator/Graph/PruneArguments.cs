using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>What can be said of [Prune] and [PruneNofM] without knowing a single size.</summary>
internal static class PruneArguments
{
    public static void Check(PruneCall prune, List<Problem> problems)
    {
        if (prune.IsSecond)
            problems.Add(Contradiction(prune, "[Prune] and [PruneNofM] stand beside each other; one rule is all a layer can follow"));
        else if (prune.IsNofM)
            CheckNofM(prune, problems);
        else if (Contradictions(prune).FirstOrDefault() is { } contradiction)
            problems.Add(Contradiction(prune, contradiction));
        else
            CheckAmount(prune, problems);
    }

    /// <summary>The amount as it is written in the attribute's parentheses, for messages.</summary>
    public static string Amount(PruneCall prune) => prune.IsNofM ? Numbers.Text(prune.N) + ", " + Numbers.Text(prune.M)
        : prune.HasThreshold ? "Threshold = " + Numbers.Text(prune.Threshold)
        : prune.IsCount ? Numbers.Text((long)prune.Amount)
        : Fraction(prune.Amount);

    /// <summary>How messages call it: <c>[Prune(0.5)]</c>.</summary>
    public static string Label(PruneCall prune) => (prune.IsNofM ? "[PruneNofM(" : "[Prune(") + Amount(prune) + ")]";

    private static void CheckNofM(PruneCall prune, List<Problem> problems)
    {
        if (prune.N < 1 || prune.M <= prune.N)
            problems.Add(new Problem("CT2001", prune.Site, Label(prune),
                "N must be at least 1, and M more than N, such as [PruneNofM(2, 4)]"));
    }

    private static void CheckAmount(PruneCall prune, List<Problem> problems)
    {
        if (prune.HasThreshold && !(prune.Threshold > 0 && prune.Threshold < double.PositiveInfinity))
            problems.Add(new Problem("CT2001", prune.Site, Label(prune), "a threshold must be positive and finite"));
        else if (prune.IsCount && prune.Amount < 0)
            problems.Add(new Problem("CT2001", prune.Site, Label(prune), "a number of weights must be at least 0"));
        else if (!prune.IsCount && !(prune.Amount is >= 0 and <= 1))
            problems.Add(new Problem("CT2001", prune.Site, Label(prune), "a fraction must be from 0 to 1, such as 0.6 for 60 %"));
    }

    private static IEnumerable<string> Contradictions(PruneCall prune)
    {
        if (prune.HasAmount && prune.HasThreshold)
            yield return "an amount and a Threshold are given; what is pruned follows from either";
        if (!prune.HasAmount && !prune.HasThreshold)
            yield return "neither an amount nor a Threshold is given: write [Prune(0.6, L1)] or [Prune(Threshold = 1e-3)]";
        if (prune.HasThreshold && prune.Method == "Random")
            yield return "chance has no threshold; give an amount";
        if (prune.Structure != "Unstructured" && prune.Arguments.Has("Dim"))
            yield return "a Structure and a Dim are given; choose one; Structure.Filter is dimension 0, Structure.Channel dimension 1";
        if (prune.Block is not null && (prune.Dim is not null || prune.Structure == "Layer"))
            yield return "blocks and " + (prune.Arguments.Has("Dim") ? "a Dim" : "a Structure") + " are given; choose one";
        if (prune.Block is { } block && !(block.Count == 2 && block[0] > 0 && block[1] > 0))
            yield return "Block takes two positive numbers, outputs and inputs, such as [16, 4]";
        if (prune.Arguments.Has("Norm") && prune.Method != "Ln")
            yield return "Norm is for the method Ln: write [Prune(0.5, Ln, Structure.Filter, Norm = 2)]";
        if (prune.Norm == 0 || double.IsNaN(prune.Norm))
            yield return "Norm can be any number but 0, or an infinity";
        if (prune.IsOnLayer && prune.Arguments.Has("Scope") && prune.Scope == "Global")
            yield return "Scope.Global is for the class; a layer's own rule is for this layer";
    }

    // 1.0 is everything and 1 a single weight: a fraction is told by its point.
    private static string Fraction(double amount) =>
        Numbers.Text(amount) is var text && text.All(c => c is '-' or (>= '0' and <= '9')) ? text + ".0" : text;

    private static Problem Contradiction(PruneCall prune, string what) => new("CT2004", prune.Site, what);
}
