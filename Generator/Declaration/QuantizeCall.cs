using CompileTime.Shared;

namespace CompileTime.Generator.Declaration;

/// <summary>[Quantize] as written.</summary>
/// <param name="IsOnLayer">On a layer method; else on the class.</param>
internal sealed record QuantizeCall(bool IsOnLayer, Arguments Arguments, Site Site)
{
    public string Precision => Arguments.Text("Precision", "Int8");

    public string Backend => Arguments.Text("Backend", "Fbgemm");

    public string Mode => Arguments.Text("Mode", QuantizeRule.Static);

    public string Activation => Arguments.Text("Activation", QuantizeRule.Default);

    public string Weight => Arguments.Text("Weight", QuantizeRule.Default);

    public double Percentile => Arguments.Double("Percentile", QuantizeRule.DefaultPercentile);

    public int WeightBits => Arguments.Int("WeightBits", QuantizeRule.DefaultWeightBits);

    public bool IsFloat => Precision == QuantizeRule.Float.Precision;

    /// <summary>What it means: what has no influence is left out, so that equal meanings are equal rules.</summary>
    public QuantizeRule ToRule()
    {
        if (IsFloat)
            return QuantizeRule.Float;
        var rule = new QuantizeRule(Precision, Backend) { Mode = Mode, Activation = Activation, Weight = Weight, WeightBits = WeightBits };
        return rule.HasPercentile ? rule with { Percentile = Percentile } : rule;
    }
}
