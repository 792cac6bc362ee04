using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Pruning.Removal;

/// <summary>
/// Additions that change nothing: one operand is constant (the residual branch was pruned to its end), and every byte that the other
/// can have comes out as it went in. That is the usual case, because the observer of the sum then saw the same values as the other's and
/// chose the same scale. Where it did not, the addition stays: to leave it out would be a rounding less. Adding 0 to a float value changes
/// nothing; a ReLU that was fused is left of such an addition.
/// </summary>
internal static class IdentityAdditions
{
    /// <summary>Readers of such an addition read its operand; it has no reader any more then, and neither has the branch.</summary>
    public static QuantizedModel Remove(QuantizedModel model)
    {
        var constants = ChannelConstants.Of(model);
        var nodes = model.Network.Nodes.ToArray();
        var stands = new int[nodes.Length];
        var isChanged = false;
        for (var i = 0; i < nodes.Length; i++)
        {
            stands[i] = i;
            if (nodes[i].Op != QuantizedOp.Add || (Passes(model, constants, i, 0) ?? Passes(model, constants, i, 1)) is not { } operand)
                continue;
            isChanged = true;
            if (nodes[i] is { IsFloat: true, Relu: true } && !IsAfterReLU(model.Network, nodes[operand]))
                nodes[i] = nodes[i] with { Op = QuantizedOp.ReLU, Inputs = [operand], Relu = false };
            else
                stands[i] = stands[operand];
        }

        // The input itself is not an operator: something must be left to be the result.
        if (stands[^1] == 0 || !isChanged)
            return model;
        return NetworkSlicer.Drop(
            new QuantizedModel(new QuantizedNetwork { Nodes = nodes, Softmax = model.Network.Softmax }, model.Weights), stands);
    }

    private static int? Passes(QuantizedModel model, ChannelConstants constants, int index, int operand)
    {
        var network = model.Network;
        var node = network.Nodes[index];
        var (x, other) = (network.Nodes[node.Inputs[operand]], node.Inputs[1 - operand]);
        if (node.IsFloat)
            return Enumerable.Range(0, node.Shape.Channels).All(channel => constants.IsZero(other, channel)) ? node.Inputs[operand] : null;
        if (!x.Scale.Equals(node.Scale) || x.ZeroPoint != node.ZeroPoint || x.Format != node.Format)
            return null;
        var addition = new ByteAddition(network, node);
        var seen = new HashSet<int>();
        for (var c = 0; c < node.Shape.Channels; c++)
        {
            if (constants.Byte(other, c) is not { } constant)
                return null;
            if (!seen.Add(constant))
                continue;
            for (var value = IsAfterReLU(network, x) ? x.ZeroPoint : byte.MinValue; value <= byte.MaxValue; value++)
            {
                var (a, b) = operand == 0 ? ((byte)value, (byte)constant) : ((byte)constant, (byte)value);
                if (addition.Fused(a, b) != value || addition.Plain(a, b) != value)
                    return null;
            }
        }

        return node.Inputs[operand];
    }

    /// <summary>Whether a value is never below zero: neither ReLU nor a pool of what it gives falls below the zero point.</summary>
    private static bool IsAfterReLU(QuantizedNetwork network, QuantizedNode node) => node.Op switch
    {
        QuantizedOp.ReLU or QuantizedOp.ReLU6 => true,
        QuantizedOp.MaxPool2d or QuantizedOp.Flatten => IsAfterReLU(network, network.Nodes[node.Inputs[0]]),
        _ => node.Relu,
    };
}
