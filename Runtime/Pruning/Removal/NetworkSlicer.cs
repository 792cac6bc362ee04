using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Pruning.Removal;

/// <summary>Builds the network of the channels that stay.</summary>
internal static class NetworkSlicer
{
    /// <summary>The same network of fewer channels; nodes without any are left out.</summary>
    /// <param name="model">The network.</param>
    /// <param name="constants">Its constant channels.</param>
    /// <param name="use">Which weights make a difference; the others become zero.</param>
    /// <param name="kept">The channels that stay, ascending, per node.</param>
    public static QuantizedModel Slice(QuantizedModel model, ChannelConstants constants, ChannelUse use, int[][] kept)
    {
        var nodes = new List<QuantizedNode>();
        var weights = new List<LayerWeights?>();
        var places = new int[kept.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            places[i] = nodes.Count;
            if (kept[i].Length == 0)
                continue;
            var node = model.Network.Nodes[i];
            var sliced = node.Weight is null || node.IsFloat ? model.Weights[i] : Weights(model, constants, use, kept, i);
            nodes.Add(node with
            {
                Inputs = [.. node.Inputs.Where(input => kept[input].Length > 0).Select(input => places[input])],
                Shape = Channels.Resize(node.Shape, kept[i].Length),
                Groups = node.Groups == 1 ? 1 : kept[i].Length / (node.Shape.Channels / node.Groups),
                Weight = sliced is null || node.IsFloat ? node.Weight : Info(node, kept[i].Length, kept[node.Inputs[0]].Length, sliced),
                Vector = Vector(model.Network, i, kept),
                KeptChannels = kept[i].Length == node.Shape.Channels ? node.KeptChannels
                    : [.. kept[i].Select(channel => node.KeptChannels?[channel] ?? channel)],
            });
            weights.Add(sliced);
        }

        return new QuantizedModel(new QuantizedNetwork { Nodes = nodes, Softmax = model.Network.Softmax }, weights);
    }

    /// <summary>The network in which other nodes stand for some, which go, together with what only they read.</summary>
    /// <param name="model">The network.</param>
    /// <param name="stands">Per node the one that is read instead: itself, or one before it that stays.</param>
    public static QuantizedModel Drop(QuantizedModel model, int[] stands)
    {
        var old = model.Network.Nodes;
        var needed = new bool[old.Count];
        needed[0] = needed[stands[^1]] = true;
        for (var i = old.Count - 1; i >= 0; i--)
        {
            foreach (var input in needed[i] ? old[i].Inputs : [])
                needed[stands[input]] = true;
        }

        int[] left = [.. Enumerable.Range(0, old.Count).Where(index => needed[index])];
        var nodes = left.Select(index => old[index] with
        {
            Inputs = [.. old[index].Inputs.Select(input => Array.IndexOf(left, stands[input]))],
        });
        return new QuantizedModel(new QuantizedNetwork { Nodes = [.. nodes], Softmax = model.Network.Softmax },
            [.. left.Select(index => model.Weights[index])]);
    }

    private static LayerWeights Weights(QuantizedModel model, ChannelConstants constants, ChannelUse use, int[][] kept, int index)
    {
        var node = model.Network.Nodes[index];
        var (input, old) = (node.Inputs[0], model.Weights[index]!);
        var columns = new WeightColumns(model, index);
        var isKept = new bool[model.Network.Nodes[input].Shape.Channels];
        foreach (var channel in kept[input])
            isKept[channel] = true;
        var values = new List<sbyte>();
        foreach (var o in kept[index])
        {
            for (var i = 0; i < columns.PerOutput; i++)
            {
                var channel = columns.Channel(o, i);
                if (isKept[channel])
                    values.Add(use.NeedsWeights(index, o) && !constants.IsZero(input, channel)
                        ? old.Values[(o * columns.PerOutput) + i]
                        : (sbyte)old.ZeroPoint);
            }
        }

        float[] bias = node.Weight!.HasBias
            ? [.. kept[index].Select(o => constants.BiasAlone(index, o) ?? old.Bias[o])]
            : [];
        float[] scales = node.Weight.IsPerChannel ? [.. kept[index].Select(o => old.Scales[o])] : old.ScalesArray;
        return new LayerWeights([.. values], scales, bias, old.ZeroPoint);
    }

    private static WeightInfo Info(QuantizedNode node, int outputs, int inputs, LayerWeights weights)
    {
        int[] dimensions = [.. node.Weight!.Dimensions];
        dimensions[0] = outputs;
        if (node.Groups == 1)
            dimensions[1] = inputs;
        return new WeightInfo(dimensions, node.Weight.IsPerChannel, node.Weight.ZeroPoint, node.Weight.HasBias,
            QuantizedModel.CountNonzeros(weights.Values, weights.ZeroPoint));
    }

    /// <summary>
    /// PyTorch computes the leading elements of an addition or concatenation otherwise than the rest, and those that stay must go on
    /// being computed as they were. Both orders of memory keep the order of what stays, so the leading ones still lead.
    /// </summary>
    private static IReadOnlyList<int>? Vector(QuantizedNetwork network, int index, int[][] kept)
    {
        var node = network.Nodes[index];
        // A removed channel of an input is a removed channel of its sum or concatenation.
        if (kept[index].Length == node.Shape.Channels)
            return node.Vector;
        switch (node.Op)
        {
            case QuantizedOp.Concat:
                return
                [
                    .. Enumerable.Range(0, node.Inputs.Count).Where(k => kept[node.Inputs[k]].Length > 0).Select(k =>
                        kept[node.Inputs[k]].Count(channel => channel < ConcatLayout.VectorChannels(network, node, k))),
                ];
            case QuantizedOp.Add:
                var (vector, count) = (AddLayout.VectorElements(network, node), 0);
                foreach (var channel in kept[index])
                {
                    for (var position = 0; position < node.Shape.Positions; position++)
                        count += AddLayout.MemoryIndex(node, channel, position) < vector ? 1 : 0;
                }

                return [count];
            default:
                return null;
        }
    }
}
