using System.Globalization;
using CompileTime.Shared;

namespace CompileTime.Models;

/// <summary>A converted network with its weights. Whoever holds one may rely on everything that is checked here.</summary>
internal sealed class QuantizedModel
{
    /// <param name="network">The operators.</param>
    /// <param name="weights">One entry per node, null where the node has no weight.</param>
    /// <exception cref="InvalidDataException">The network breaks a rule, or the weights are not the ones it describes.</exception>
    public QuantizedModel(QuantizedNetwork network, IReadOnlyList<LayerWeights?> weights)
    {
        if (network.Nodes.Count < 2)
            throw new InvalidDataException("The quantized network has no operators.");
        if (QuantizedRules.CheckMemory(network) is { } tooLarge)
            throw new InvalidDataException($"The quantized network cannot be run: {tooLarge}.");
        if (weights.Count != network.Nodes.Count)
            throw new InvalidDataException($"The network has {network.Nodes.Count} operators, but weights are given for {weights.Count}.");
        for (var i = 0; i < weights.Count; i++)
        {
            if ((QuantizedRules.Check(network, i) ?? Check(network.Nodes[i].Weight, weights[i])) is { } problem)
                throw new InvalidDataException($"'{network.Nodes[i].Name}': {problem}.");
        }

        Network = network;
        Weights = weights;
    }

    public QuantizedNetwork Network { get; }

    /// <summary>Per node index; null where the node has none.</summary>
    public IReadOnlyList<LayerWeights?> Weights { get; }

    /// <summary>Elements of one input sample.</summary>
    public int InputLength => Network.Input.Shape.Elements;

    /// <summary>Elements of one result.</summary>
    public int OutputLength => Network.Output.Shape.Elements;

    private static string? Check(WeightInfo? info, LayerWeights? weights)
    {
        if (info is null || weights is null)
            return info is null == weights is null ? null : "weights are missing, or given where there are none";
        var count = info.IsFloat ? weights.FloatValues.Length : weights.Values.Length;
        if (count != info.Elements || (info.IsFloat ? weights.Values.Length : weights.FloatValues.Length) != 0)
            return Text($"it takes {info.Elements} {(info.IsFloat ? "float32" : "int8")} weights, not {count}");
        var scales = info.IsFloat ? 0 : info.IsPerChannel ? info.Outputs : 1;
        if (weights.Scales.Length != scales)
            return Text($"it takes {scales} weight scales, not {weights.Scales.Length}");
        if (weights.Bias.Length != (info.HasBias ? info.Outputs : 0))
            return Text($"it takes {(info.HasBias ? info.Outputs : 0)} bias values, not {weights.Bias.Length}");
        if (weights.ZeroPoint != info.ZeroPoint)
            return Text($"the weight's zero point is {info.ZeroPoint}, not {weights.ZeroPoint}");
        foreach (var scale in weights.Scales)
        {
            if (!(scale > 0) || float.IsInfinity(scale))
                return "a weight scale is not a positive number";
        }

        foreach (var bias in weights.Bias)
        {
            if (!float.IsFinite(bias))
                return "a bias is not a finite number";
        }

        foreach (var value in weights.FloatValues)
        {
            if (!float.IsFinite(value))
                return "a weight is not a finite number";
        }

        var nonzeros = CountNonzeros(weights);
        return nonzeros == info.Nonzeros ? null : Text($"{nonzeros} weights are not zero where {info.Nonzeros} are announced");
    }

    /// <summary>Weights that are not zero.</summary>
    public static int CountNonzeros(LayerWeights weights) =>
        CountNonzeros(weights.Values, weights.ZeroPoint) + weights.FloatValues.Length - weights.FloatValues.Count(0f);

    /// <summary>Weights that differ from the zero point.</summary>
    public static int CountNonzeros(ReadOnlySpan<sbyte> values, int zeroPoint) => values.Length - values.Count((sbyte)zeroPoint);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
