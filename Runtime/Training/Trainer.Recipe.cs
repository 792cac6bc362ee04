using CompileTime.Shared;

namespace CompileTime;

public sealed partial class Trainer
{
    /// <summary>
    /// A trainer with the same weights and masks for the same layers, quantized by another rule than the class declares: to compare
    /// backends and observers before one of them is declared. What it converts can be validated; to be compiled in, the class has to
    /// declare the rule.
    /// Layers that have a rule of their own keep it unless they are given another.
    /// </summary>
    /// <param name="quantize">As it would stand on the class.</param>
    /// <param name="layers">By layer name, as it would stand on a layer method.</param>
    /// <returns>A new trainer, not calibrated; this one stays as it is.</returns>
    /// <exception cref="ArgumentException">There is no such layer, Float32 is given something to quantize with, or weights have neither 8 nor 7 bits.</exception>
    /// <exception cref="InvalidOperationException">A Fit is running.</exception>
    public Trainer QuantizedAs(QuantizeAttribute quantize, IReadOnlyDictionary<string, QuantizeAttribute>? layers = null)
    {
        CheckIdle(nameof(QuantizedAs));
        ArgumentNullException.ThrowIfNull(quantize);
        layers ??= new Dictionary<string, QuantizeAttribute>();
        if (layers.Keys.FirstOrDefault(name => Definition.Layers.All(layer => layer.Name != name)) is { } unknown)
            throw new ArgumentException($"{Definition.ModelName} has no layer '{unknown}'; it has " +
                $"{string.Join(", ", Definition.Layers.Select(layer => layer.Name))}.", nameof(layers));
        var definition = Definition with
        {
            Quantize = Rule(quantize, nameof(quantize)),
            Layers =
            [
                .. Definition.Layers.Select(layer =>
                    layers.TryGetValue(layer.Name, out var own) ? layer with { Quantize = Rule(own, nameof(layers)) } : layer),
            ],
        };
        var other = new Trainer(DefinitionText.Write(definition), _seed);
        foreach (var (from, to) in Network.Parameters.Zip(other.Network.Parameters))
        {
            from.Value.CopyTo(to.Value, 0);
            to.Mask = from.Mask is null ? null : [.. from.Mask];
        }

        (other._isTrained, other.WasPruned) = (_isTrained, WasPruned);
        return other;
    }

    private static QuantizeRule Rule(QuantizeAttribute quantize, string argument)
    {
        var rule = new QuantizeRule(quantize.Precision.ToString(), quantize.Backend.ToString())
        {
            Mode = quantize.Mode.ToString(),
            Activation = quantize.Activation.ToString(),
            Weight = quantize.Weight.ToString(),
            Percentile = quantize.Percentile,
            WeightBits = quantize.WeightBits,
        };
        if (rule.WeightBits is not (QuantizeRule.DefaultWeightBits or QuantizeRule.ReducedWeightBits))
            throw new ArgumentException($"WeightBits = {rule.WeightBits}: weights have 8 bits, or 7.", argument);
        return !rule.IsFloat || rule == QuantizeRule.Float ? rule : throw new ArgumentException(
            "With Float32 nothing is quantized, so there is nothing for a backend, a mode, observers or weight bits to do: give " +
            "new QuantizeAttribute(Float32).", argument);
    }
}
