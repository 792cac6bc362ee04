using System;
using System.Globalization;

namespace CompileTime.Shared;

/// <summary>
/// A <see cref="PruneRule"/> in one word, <c>method:amount:scope[:units]</c>. Methods: <c>L1</c>, <c>Random</c>, and <c>L2</c>,
/// <c>Linf</c>,
/// <c>L-inf</c>, <c>L0.5</c> for Ln. Amounts: <c>0.6</c>, <c>17w</c> (a number), <c>below0.001</c> (a threshold), <c>2of4</c>. Scopes:
/// <c>global</c>,
/// <c>local</c>. Units: <c>filter</c>, <c>layer</c>, <c>dim1</c>, <c>16x4</c> (blocks), none for single weights.
/// </summary>
internal static class PruneText
{
    private const string Below = "below";

    public static string Write(PruneRule rule)
    {
        var method = rule.Method == "Ln" ? "L" + Norm(rule.Norm) : rule.Method;
        var amount = rule.IsNofM ? Numbers.Text(rule.Keep) + "of" + Numbers.Text(rule.Of)
            : rule.Threshold is { } threshold ? Below + Numbers.Text(threshold)
            : rule.IsCount ? Numbers.Text((long)rule.Amount) + "w"
            : Numbers.Text(rule.Amount);
        var units = rule.IsFilter ? ":filter"
            : rule.IsLayer ? ":layer"
            : rule.Dim is { } dim ? ":dim" + Numbers.Text(dim)
            : rule.IsBlock ? ":" + Numbers.Text(rule.BlockRows) + "x" + Numbers.Text(rule.BlockColumns)
            : "";
        return method + ":" + amount + ":" + (rule.IsGlobal ? "global" : "local") + units;
    }

    /// <summary>Null when the text is not a rule.</summary>
    public static PruneRule? Read(string text)
    {
        var parts = text.Split(':');
        if (parts.Length is not (3 or 4) || parts[0].Length == 0 || parts[2] is not ("global" or "local"))
            return null;
        var rule = ReadAmount(parts[1], Method(parts[0]) with { IsGlobal = parts[2] == "global" });
        if (rule is not null && parts.Length == 4)
            rule = rule.IsNofM ? null : ReadUnits(parts[3], rule);

        // A norm says how the elements of a unit are put together; the texts of two rules are equal when the rules are.
        return rule is not null && Write(rule) == text ? rule : null;
    }

    private static PruneRule Method(string text)
    {
        var rule = new PruneRule(text, 0, IsCount: false, IsGlobal: false);
        return text.Length > 1 && text[0] == 'L' && text != "L1" && TryNorm(text.Substring(1), out var norm)
            ? rule with { Method = "Ln", Norm = norm }
            : rule;
    }

    private static PruneRule? ReadAmount(string text, PruneRule rule)
    {
        var of = text.IndexOf("of", StringComparison.Ordinal);
        if (of > 0)
        {
            return Numbers.TryInt(text.Substring(0, of), out var keep) && Numbers.TryInt(text.Substring(of + 2), out var size)
                && keep >= 1 && size > keep && !rule.IsGlobal
                ? rule with { Keep = keep, Of = size }
                : null;
        }

        if (text.StartsWith(Below, StringComparison.Ordinal))
        {
            return Numbers.TryDouble(text.Substring(Below.Length), out var threshold) && threshold > 0 && !rule.IsGlobal
                ? rule with { Threshold = threshold }
                : null;
        }

        var isCount = text.EndsWith("w", StringComparison.Ordinal);
        return Numbers.TryDouble(isCount ? text.Substring(0, text.Length - 1) : text, out var amount) && amount >= 0
            && (isCount ? amount <= int.MaxValue && amount == Math.Floor(amount) : amount <= 1)
            ? rule with { Amount = amount, IsCount = isCount }
            : null;
    }

    private static PruneRule? ReadUnits(string text, PruneRule rule)
    {
        if (text == "filter")
            return rule with { IsFilter = true, Dim = 0 };
        if (text == "layer")
            return rule with { IsLayer = true };
        if (text.StartsWith("dim", StringComparison.Ordinal))
            return Numbers.TryInt(text.Substring(3), out var dim) ? rule with { Dim = dim } : null;
        var sizes = text.Split('x');
        return sizes.Length == 2 && Numbers.TryInt(sizes[0], out var rows) && Numbers.TryInt(sizes[1], out var columns)
            && rows > 0 && columns > 0
            ? rule with { BlockRows = rows, BlockColumns = columns }
            : null;
    }

    private static string Norm(double norm) => double.IsPositiveInfinity(norm) ? "inf"
        : double.IsNegativeInfinity(norm) ? "-inf"
        : norm.ToString("R", CultureInfo.InvariantCulture);

    private static bool TryNorm(string text, out double norm)
    {
        norm = text == "inf" ? double.PositiveInfinity : text == "-inf" ? double.NegativeInfinity : 0;
        return norm != 0 || (Numbers.TryDouble(text, out norm) && norm != 0);
    }
}
