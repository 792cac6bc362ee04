using System.Globalization;
using System.Runtime.InteropServices;
using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Reference.Floats;
using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>
/// Runs a converted network one operator after the other, each written as plainly as possible: what every kernel is measured against.
/// Values are bytes in NCHW order of one sample; the arithmetic is FBGEMM's. Sums are int32 and wrap around like FBGEMM's do.
/// </summary>
internal static class Interpreter
{
    /// <summary>The dequantized result of one sample, through softmax where the network ends in one.</summary>
    /// <exception cref="ArgumentException">Wrong lengths, or NaN or infinity in the input.</exception>
    public static void Run(QuantizedModel model, ReadOnlySpan<float> input, Span<float> output)
    {
        CheckLengths(model, input.Length, output.Length);
        var values = Trace(model, input);
        if (model.Network.Output.IsFloat)
            MemoryMarshal.Cast<byte, float>(values[^1]).CopyTo(output);
        else
            Dequantize.Run(model.Network.Output, values[^1], output);
        if (model.Network.Softmax)
            SoftmaxFloat.Run(output, model.Network.Output.Shape.Channels);
    }

    /// <summary>The bytes of every node, in NCHW order, for one sample of float values; a float value has four per element.</summary>
    /// <exception cref="ArgumentException">Wrong length, or NaN or infinity in the input.</exception>
    public static byte[][] Trace(QuantizedModel model, ReadOnlySpan<float> input)
    {
        CheckLength("input", model.InputLength, input.Length);
        for (var i = 0; i < input.Length; i++)
        {
            if (!float.IsFinite(input[i]))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"Element {i} of the input is {input[i]}: only finite values can be quantized."), nameof(input));
        }

        if (model.Network.Input.IsFloat)
            return Follow(model, MemoryMarshal.AsBytes(input).ToArray());
        var quantized = new byte[input.Length];
        Quantize.Run(model.Network.Input, input, quantized);
        return Follow(model, quantized);
    }

    /// <summary>The bytes of every node, in NCHW order, for one sample that is quantized already.</summary>
    public static byte[][] Trace(QuantizedModel model, byte[] quantizedInput)
    {
        CheckLength("input", model.InputLength, quantizedInput.Length);
        if (model.Network.Input.IsFloat)
            throw new ArgumentException("The network takes float values.", nameof(quantizedInput));
        return Follow(model, quantizedInput);
    }

    private static byte[][] Follow(QuantizedModel model, byte[] input)
    {
        var network = model.Network;
        var values = new byte[network.Nodes.Count][];
        values[0] = input;
        for (var i = 1; i < values.Length; i++)
        {
            values[i] = new byte[network.Nodes[i].Shape.Elements * network.Nodes[i].ElementBytes];
            RunNode(model, i, values);
        }

        return values;
    }

    private static void RunNode(QuantizedModel model, int index, byte[][] values)
    {
        var network = model.Network;
        var node = network.Nodes[index];
        var input = network.Nodes[node.Inputs[0]];
        var x = values[node.Inputs[0]];
        var y = values[index];
        if (node.IsFloat || node.Op == QuantizedOp.Quantize)
        {
            FloatOperators.Run(model, index, values);
            return;
        }

        switch (node.Op)
        {
            case QuantizedOp.Linear:
                Linear.Run(node, input, model.Weights[index]!, x, y);
                break;
            case QuantizedOp.Conv2d:
                Conv2d.Run(node, input, model.Weights[index]!, x, y);
                break;
            case QuantizedOp.Add:
                Add.Run(network, node, x, values[node.Inputs[1]], y);
                break;
            case QuantizedOp.Concat:
                Concat.Run(network, node, values, y);
                break;
            case QuantizedOp.Flatten:
                Flatten.Run(x, y);
                break;
            default:
                RunChannelwise(node, input, x, y);
                break;
        }
    }

    /// <summary>An operator that treats every channel alike and on its own: a pool, ReLU, or another function of one number.</summary>
    public static void RunChannelwise(QuantizedNode node, QuantizedNode input, ReadOnlySpan<byte> x, Span<byte> y)
    {
        switch (node.Op)
        {
            case QuantizedOp.MaxPool2d:
                MaxPool2d.Run(node, input, x, y);
                break;
            case QuantizedOp.AvgPool2d:
                AvgPool2d.Run(node, input, x, y);
                break;
            case QuantizedOp.AdaptiveAvgPool2d:
                AdaptiveAvgPool2d.Run(node, input, x, y);
                break;
            case QuantizedOp.ReLU:
                ReLU.Run(node, x, y);
                break;
            case QuantizedOp.ReLU6:
                ReLU6.Run(node, x, y);
                break;
            case var op when ScalarFunctions.Has(op):
                Table.Run(node, input, x, y);
                break;
            default:
                throw new InvalidOperationException($"The interpreter has no operator {node.Op}.");
        }
    }

    private static void CheckLengths(QuantizedModel model, int input, int output)
    {
        CheckLength("input", model.InputLength, input);
        CheckLength("output", model.OutputLength, output);
    }

    private static void CheckLength(string name, int expected, int actual)
    {
        if (expected != actual)
            throw new ArgumentException($"The {name} must have {expected} elements, not {actual}.", name);
    }
}
