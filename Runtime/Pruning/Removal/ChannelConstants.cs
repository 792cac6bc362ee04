using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Pruning.Removal;

/// <summary>
/// Channels that are one and the same byte at every position, for every input: a filter without weights gives its bias, and ReLU makes
/// its zero point of a negative one. Found by computing, with the interpreter's own arithmetic: nothing is approximated. Of float values
/// only zeros are found.
/// </summary>
internal sealed class ChannelConstants
{
    private const int Varies = -1;
    private readonly QuantizedModel _model;
    private readonly int[][] _bytes;
    private readonly Dictionary<(int Node, int Channel), float> _biases = [];

    private ChannelConstants(QuantizedModel model)
    {
        _model = model;
        _bytes = new int[model.Network.Nodes.Count][];
    }

    public static ChannelConstants Of(QuantizedModel model)
    {
        var constants = new ChannelConstants(model);
        for (var i = 0; i < constants._bytes.Length; i++)
            constants._bytes[i] = constants.Node(i);
        return constants;
    }

    /// <summary>The byte of a channel that never changes; null if it may. 0 for a float channel that is always zero.</summary>
    public int? Byte(int node, int channel) => _bytes[node][channel] is var value and not Varies ? value : null;

    /// <summary>Whether a channel always means zero: whatever weight it is multiplied with, the sum stays the same.</summary>
    public bool IsZero(int node, int channel) => _bytes[node][channel] == _model.Network.Nodes[node].ZeroPoint;

    /// <summary>
    /// The bias with which a constant channel of a Linear or Conv2d keeps its byte without any weight; null if it is not constant or
    /// there is no such bias. For a layer without biases it is 0.
    /// </summary>
    public float? BiasAlone(int node, int channel) => _biases.TryGetValue((node, channel), out var bias) ? bias : null;

    private int[] Node(int index)
    {
        var network = _model.Network;
        var node = network.Nodes[index];
        var result = new int[node.Shape.Channels];
        Array.Fill(result, Varies);
        switch (node.Op)
        {
            case QuantizedOp.Quantize or QuantizedOp.Input when index == 0:
                break;
            case var _ when node is { IsFloat: true, Weight: not null }:
                for (var o = 0; o < result.Length; o++)
                    result[o] = WeightedFloat(index, o);
                break;
            case QuantizedOp.Quantize:
            case var _ when node.IsFloat:
                Zeros(index, result);
                break;
            case QuantizedOp.Linear or QuantizedOp.Conv2d:
                for (var o = 0; o < result.Length; o++)
                    result[o] = Weighted(index, o);
                break;
            case QuantizedOp.Add:
                for (var c = 0; c < result.Length; c++)
                    result[c] = Sum(node, c);
                break;
            case QuantizedOp.Concat:
                Joined(node, result);
                break;
            case QuantizedOp.Flatten:
                var positions = network.Nodes[node.Inputs[0]].Shape.Positions;
                for (var f = 0; f < result.Length; f++)
                    result[f] = _bytes[node.Inputs[0]][f / positions];
                break;
            default:
                Alone(node, result);
                break;
        }

        return result;
    }

    private int Weighted(int index, int output)
    {
        var node = _model.Network.Nodes[index];
        var (input, weights) = (_model.Network.Nodes[node.Inputs[0]], _model.Weights[index]!);
        var columns = new WeightColumns(_model, index);
        var sum = 0;
        for (var i = 0; i < columns.PerOutput; i++)
        {
            var weight = weights.Values[(output * columns.PerOutput) + i] - weights.ZeroPoint;
            var value = _bytes[node.Inputs[0]][columns.Channel(output, i)];
            if (weight == 0 || value == input.ZeroPoint)
                continue;

            // Padding is zero and not the constant: the border would differ from the middle.
            if (value == Varies || node.Window is { HasPadding: true })
                return Varies;
            sum += (value - input.ZeroPoint) * weight;
        }

        var result = new OutputStage(node, input, weights, output).Run(sum);
        FindBias(index, output, result);
        return result;
    }

    private void FindBias(int index, int output, byte result)
    {
        var node = _model.Network.Nodes[index];
        var (input, weights) = (_model.Network.Nodes[node.Inputs[0]], _model.Weights[index]!);
        if (new OutputStage(node, input, weights, output).Run(0) == result)
        {
            _biases.Add((index, output), node.Weight!.HasBias ? weights.Bias[output] : 0);
            return;
        }

        if (!node.Weight!.HasBias)
            return;
        var biases = weights.Bias.ToArray();
        biases[output] = (result - node.ZeroPoint) * node.Scale;
        var other = new LayerWeights(weights.ValuesArray, weights.ScalesArray, biases, weights.ZeroPoint);
        if (float.IsFinite(biases[output]) && new OutputStage(node, input, other, output).Run(0) == result)
            _biases.Add((index, output), biases[output]);
    }

    /// <summary>The bias, where every term of the sum is zero; also DynamicLinear makes exactly its zero point of a zero.</summary>
    private int WeightedFloat(int index, int output)
    {
        var (node, weights) = (_model.Network.Nodes[index], _model.Weights[index]!);
        var columns = new WeightColumns(_model, index);
        for (var i = 0; i < columns.PerOutput; i++)
        {
            if (!weights.IsZero((output * columns.PerOutput) + i) && !IsZero(node.Inputs[0], columns.Channel(output, i)))
                return Varies;
        }

        var bias = node.Weight!.HasBias ? weights.Bias[output] : 0;
        _biases.Add((index, output), bias);
        return (node.Relu ? FloatMath.ReLU(bias) : bias) == 0 ? 0 : Varies;
    }

    /// <summary>Operators with float values, and those that convert: most make zero of nothing but zeros.</summary>
    private void Zeros(int index, int[] result)
    {
        var node = _model.Network.Nodes[index];
        if (ScalarFunctions.Has(node.Op) && FloatMath.Run(node, 0) != 0)
            return;
        for (var c = 0; c < result.Length; c++)
        {
            if (ChannelGroups.Carried(_model.Network, index, c).All(carried => IsZero(carried.Node, carried.Channel)))
                result[c] = node.ZeroPoint;
        }
    }

    // The vectorized and the scalar kernel may round differently: then the channel is not one byte.
    private int Sum(QuantizedNode node, int channel)
    {
        var (x, y) = (_bytes[node.Inputs[0]][channel], _bytes[node.Inputs[1]][channel]);
        if (x == Varies || y == Varies)
            return Varies;
        var addition = new ByteAddition(_model.Network, node);
        return addition.Fused((byte)x, (byte)y) is var sum && addition.Plain((byte)x, (byte)y) == sum ? sum : Varies;
    }

    private void Joined(QuantizedNode node, int[] result)
    {
        // One position of every input is enough: all positions of a channel are computed alike.
        var first = 0;
        for (var k = 0; k < node.Inputs.Count; k++)
        {
            var input = _model.Network.Nodes[node.Inputs[k]];
            var known = _bytes[node.Inputs[k]];
            byte[] x = [.. known.Select(value => (byte)Math.Max(value, 0))];
            var y = new byte[x.Length];
            Concat.Copy(node, input with { Shape = Shape.Flat(x.Length) }, ConcatLayout.VectorChannels(_model.Network, node, k), x, y);
            for (var c = 0; c < y.Length; c++)
                result[first + c] = known[c] == Varies ? Varies : y[c];
            first += y.Length;
        }
    }

    /// <summary>Operators that treat every channel on its own: run on an image of one channel that is the constant.</summary>
    private void Alone(QuantizedNode node, int[] result)
    {
        var input = _model.Network.Nodes[node.Inputs[0]];
        var known = new Dictionary<int, int> { [Varies] = Varies };
        for (var c = 0; c < result.Length; c++)
        {
            var value = _bytes[node.Inputs[0]][c];
            if (!known.TryGetValue(value, out var constant))
            {
                var y = new byte[node.Shape.Positions];
                var x = new byte[input.Shape.Positions];
                Array.Fill(x, (byte)value);
                Interpreter.RunChannelwise(node with { Shape = Channels.Resize(node.Shape, 1) },
                    input with { Shape = Channels.Resize(input.Shape, 1) }, x, y);
                constant = y.AsSpan().IndexOfAnyExcept(y[0]) < 0 ? y[0] : Varies;
                known.Add(value, constant);
            }

            result[c] = constant;
        }
    }
}
