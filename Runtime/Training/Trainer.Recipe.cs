using CompileTime.Shared;

namespace CompileTime;

public sealed partial class Trainer
{
    /// <summary>
    /// A trainer with the same weights and masks for the same layers, quantized by another rule than the class declares: to compare backends and
    /// observers before one of them is declared. What it converts can be validated; to be compiled in, the class has to declare the rule.
    /// Layers that have a rule of their own keep it.
    /// </summary>
    /// <param name="quantize">As it would stand on the class.</param>
    /// <returns>A new trainer, not calibrated; this one stays as it is.</returns>
    /// <exception cref="InvalidOperationException">A Fit is running.</exception>
    public Trainer QuantizedAs(QuantizeAttribute quantize)
    {
        CheckIdle(nameof(QuantizedAs));
        ArgumentNullException.ThrowIfNull(quantize);
        var rule = new QuantizeRule(quantize.Precision.ToString(), quantize.Backend.ToString())
        {
            Mode = quantize.Mode.ToString(),
            Activation = quantize.Activation.ToString(),
            Weight = quantize.Weight.ToString(),
            Percentile = quantize.Percentile,
        };
        var other = new Trainer(DefinitionText.Write(Definition with { Quantize = rule }), _seed);
        foreach (var (from, to) in Network.Parameters.Zip(other.Network.Parameters))
        {
            from.Value.CopyTo(to.Value, 0);
            to.Mask = from.Mask is null ? null : [.. from.Mask];
        }

        (other._isTrained, other.WasPruned) = (_isTrained, WasPruned);
        return other;
    }
}
