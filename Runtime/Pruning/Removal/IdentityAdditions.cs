using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Pruning.Removal;

/// <summary>
/// Additions that change nothing: one operand is constant (the residual branch was pruned to its end), and every byte that the other
/// can have comes out as it went in. That is the usual case, because the observer of the sum then saw the same values as the other's and
/// chose the same scale. Where it did not, the addition stays: to leave it out would be a rounding less.
/// </summary>
internal static class IdentityAdditions
{
    /// <summary>Readers of such an addition read its operand; it has no reader any more then, and neither has the branch.</summary>
    public static QuantizedModel Remove(QuantizedModel model)
    {
        var constants = ChannelConstants.Of(model);
        var nodes = model.Network.Nodes;
        var stands = new int[nodes.Count];
        for (var i = 0; i < nodes.Count; i++)
        {
            stands[i] = i;
            if (nodes[i].Op == QuantizedOp.Add && (Passes(model, constants, i, 0) ?? Passes(model, constants, i, 1)) is { } operand)
                stands[i] = stands[operand];
        }

        // The quantized input itself is not an operator: something must be left to be the result.
        if (stands[^1] == 0 || stands.Select((other, index) => other == index).All(same => same))
            return model;
        return NetworkSlicer.Drop(model, stands);
    }

    private static int? Passes(QuantizedModel model, ChannelConstants constants, int index, int operand)
    {
        var network = model.Network;
        var node = network.Nodes[index];
        var (x, other) = (network.Nodes[node.Inputs[operand]], node.Inputs[1 - operand]);
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
            for (var value = LeastByte(network, x); value <= byte.MaxValue; value++)
            {
                var (a, b) = operand == 0 ? ((byte)value, (byte)constant) : ((byte)constant, (byte)value);
                if (addition.Fused(a, b) != value || addition.Plain(a, b) != value)
                    return null;
            }
        }

        return node.Inputs[operand];
    }

    /// <summary>The least byte that a value can have: after ReLU it is the zero point, and pools do not fall below it.</summary>
    private static int LeastByte(QuantizedNetwork network, QuantizedNode node) => node.Op switch
    {
        QuantizedOp.ReLU or QuantizedOp.ReLU6 => node.ZeroPoint,
        QuantizedOp.MaxPool2d or QuantizedOp.Flatten => LeastByte(network, network.Nodes[node.Inputs[0]]),
        _ => node.Relu ? node.ZeroPoint : byte.MinValue,
    };
}
