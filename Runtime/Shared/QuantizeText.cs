using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>
/// A <see cref="QuantizeRule"/> in words: <c>Float32</c>, or <c>Int8</c> and the backend, and after them, where they differ from the
/// default, <c>mode=</c>, <c>activation=</c>, <c>weight=</c>, <c>weight_bits=</c> and <c>percentile=</c>, in this order. A network
/// separates them by spaces, a layer by colons.
/// </summary>
internal static class QuantizeText
{
    public static string Write(QuantizeRule rule, char separator) => string.Join(separator.ToString(), Words(rule));

    /// <summary>Null when the words are not a rule.</summary>
    public static QuantizeRule? Read(IReadOnlyList<string> words)
    {
        if (words.Count == 1 && words[0] == QuantizeRule.Float.Precision)
            return QuantizeRule.Float;
        if (words.Count < 2)
            return null;
        var rule = new QuantizeRule(words[0], words[1]);
        for (var i = 2; i < words.Count; i++)
        {
            var split = words[i].IndexOf('=');
            var value = words[i].Substring(split + 1);
            switch (split < 0 ? "" : words[i].Substring(0, split))
            {
                case "mode":
                    rule = rule with { Mode = value };
                    break;
                case "activation":
                    rule = rule with { Activation = value };
                    break;
                case "weight":
                    rule = rule with { Weight = value };
                    break;
                case "weight_bits" when value == Numbers.Text(QuantizeRule.ReducedWeightBits):
                    rule = rule with { WeightBits = QuantizeRule.ReducedWeightBits };
                    break;
                case "percentile" when Numbers.TryDouble(value, out var percentile) && percentile is > 50 and <= 100:
                    rule = rule with { Percentile = percentile };
                    break;
                default:
                    return null;
            }
        }

        // One rule has one text, so that the texts of two rules are equal when the rules are.
        return IsName(rule.Precision) && IsName(rule.Backend) && IsName(rule.Mode) && IsName(rule.Activation) && IsName(rule.Weight)
            && Write(rule, ' ') == string.Join(" ", words)
            ? rule
            : null;
    }

    private static List<string> Words(QuantizeRule rule)
    {
        if (rule.IsFloat)
            return [rule.Precision];
        List<string> words = [rule.Precision, rule.Backend];
        if (rule.Mode != QuantizeRule.Static)
            words.Add("mode=" + rule.Mode);
        if (rule.Activation != QuantizeRule.Default)
            words.Add("activation=" + rule.Activation);
        if (rule.Weight != QuantizeRule.Default)
            words.Add("weight=" + rule.Weight);
        if (rule.WeightBits != QuantizeRule.DefaultWeightBits)
            words.Add("weight_bits=" + Numbers.Text(rule.WeightBits));
        if (rule.HasPercentile)
            words.Add("percentile=" + Numbers.Text(rule.Percentile));
        return words;
    }

    private static bool IsName(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c))
                return false;
        }

        return text.Length > 0;
    }
}
