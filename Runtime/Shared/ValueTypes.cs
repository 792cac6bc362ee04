using System;
using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>
/// Which layers of a fused network give float32, and which quint8. A layer is computed in float32 by [Quantize(Float32)], and with weights
/// quantized alone or in every call; pools, ReLU and Flatten without a rule of their own follow what they read.
/// </summary>
internal static class ValueTypes
{
    /// <summary>Whether the rule quantizes activations by a scale that is found beforehand.</summary>
    public static bool IsStatic(QuantizeRule rule) => !rule.IsFloat && rule.Mode == QuantizeRule.Static;

    /// <summary>Whether a layer's result is requantized; otherwise it has the scale of what it reads.</summary>
    public static bool HasOwnScale(LayerKind kind) => kind is LayerKind.Linear or LayerKind.Conv2d or LayerKind.Add or LayerKind.Concat
        || (ScalarFunctions.Has(kind) && ScalarFunctions.FixedQParams(kind) is null);

    /// <summary>Whether its result has the scale, and without a rule of its own the type, of what it reads.</summary>
    public static bool KeepsScale(LayerKind kind) => !HasOwnScale(kind) && ScalarFunctions.FixedQParams(kind) is null;

    /// <summary>The values that are float32: names of results, and perhaps of the network's input.</summary>
    /// <param name="layers">The layers in order, each with the name of its result: its own, or that of a ReLU that is part of it.</param>
    /// <param name="rule">The network's; layers may have their own.</param>
    public static HashSet<string> Floats(IEnumerable<(LayerDefinition Layer, string Result)> layers, QuantizeRule rule)
    {
        var floats = new HashSet<string>(StringComparer.Ordinal);
        if (!IsStatic(rule))
            floats.Add(NetworkDefinition.InputName);
        foreach (var (layer, result) in layers)
        {
            var follows = layer.Quantize is null && KeepsScale(layer.Kind);
            if (follows ? floats.Contains(layer.Inputs[0]) : !IsStatic(layer.Quantize ?? rule))
                floats.Add(result);
        }

        return floats;
    }
}
