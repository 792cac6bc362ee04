using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Pruning.Removal;

/// <summary>
/// Additions that requantize stay, though one operand is constant. What is left of the branch that gave it is needed for nothing but its
/// shape: a depthwise 1x1 convolution of the other operand, without any weight, gives the same bytes, and all of the branch goes.
/// </summary>
internal static class ConstantOperands
{
    /// <summary>At most one branch is replaced: the indices of nodes change.</summary>
    public static QuantizedModel Replace(QuantizedModel model)
    {
        var nodes = model.Network.Nodes;
        var constants = ChannelConstants.Of(model);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Op != QuantizedOp.Add || nodes[i].Inputs[0] == nodes[i].Inputs[1])
                continue;
            for (var operand = 0; operand < 2; operand++)
            {
                var (branch, other) = (nodes[i].Inputs[operand], nodes[i].Inputs[1 - operand]);
                if (IsReplaced(model, i, branch, other) && Source(model, constants, branch, other) is var (node, weights))
                    return Insert(model, i, operand, node, weights);
            }
        }

        return model;
    }

    private static bool IsReplaced(QuantizedModel model, int add, int branch, int other)
    {
        var nodes = model.Network.Nodes;
        var node = nodes[branch];
        return node is { Op: QuantizedOp.Conv2d, IsFloat: false } && !(node.Inputs[0] == other && node.Groups == node.Weight!.Elements)
            && !nodes.Where((reader, index) => index != add && reader.Inputs.Contains(branch)).Any();
    }

    private static (QuantizedNode Node, LayerWeights Weights)? Source(
        QuantizedModel model, ChannelConstants constants, int branch, int other)
    {
        var (node, old) = (model.Network.Nodes[branch], model.Weights[branch]!);
        var channels = node.Shape.Channels;
        var values = new sbyte[channels];
        Array.Fill(values, (sbyte)old.ZeroPoint);
        var bias = new float[node.Weight!.HasBias ? channels : 0];
        for (var c = 0; c < channels; c++)
        {
            if (constants.BiasAlone(branch, c) is not { } alone)
                return null;
            if (node.Weight.HasBias)
                bias[c] = alone;
        }

        var weights = new LayerWeights(values, old.ScalesArray, bias, old.ZeroPoint);
        var source = node with
        {
            Inputs = [other], Groups = channels, Window = new Window(1, 1),
            Weight = new WeightInfo([channels, 1, 1, 1], node.Weight.IsPerChannel, node.Weight.ZeroPoint, node.Weight.HasBias, 0),
        };

        // The output stage divides the bias by the scale of the input, which is another now.
        for (var c = 0; c < channels; c++)
        {
            if (new OutputStage(source, model.Network.Nodes[other], weights, c).Run(0) != constants.Byte(branch, c))
                return null;
        }

        return (source, weights);
    }

    private static QuantizedModel Insert(QuantizedModel model, int add, int operand, QuantizedNode node, LayerWeights weights)
    {
        // Just before the addition, where the other operand is known; what nobody reads any more is dropped.
        var nodes = model.Network.Nodes.Select(old =>
            old with { Inputs = [.. old.Inputs.Select(input => input < add ? input : input + 1)] })
            .ToList();
        var inputs = nodes[add].Inputs.ToArray();
        inputs[operand] = add;
        nodes[add] = nodes[add] with { Inputs = inputs };
        nodes.Insert(add, node);
        var all = model.Weights.ToList();
        all.Insert(add, weights);
        return NetworkSlicer.Drop(
            new QuantizedModel(new QuantizedNetwork { Nodes = nodes, Softmax = model.Network.Softmax }, all),
            [.. Enumerable.Range(0, nodes.Count)]);
    }
}
