using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Pruning.Removal;

/// <summary>Shapes by their channels: the features of a flat value are its channels.</summary>
internal static class Channels
{
    public static Shape Resize(Shape shape, int channels) =>
        shape.IsFlat ? Shape.Flat(channels) : Shape.Image(channels, shape.Height, shape.Width);
}

/// <summary>Which input channel each weight of a Linear or Conv2d is multiplied with.</summary>
internal readonly struct WeightColumns
{
    private readonly int _taps;
    private readonly int _inputsPerGroup;
    private readonly int _outputsPerGroup;

    public WeightColumns(QuantizedModel model, int node)
    {
        var layer = model.Network.Nodes[node];
        _taps = layer.Window?.Taps ?? 1;
        _inputsPerGroup = layer.Weight!.Dimensions[1];
        _outputsPerGroup = layer.Shape.Channels / layer.Groups;
    }

    /// <summary>Weights of one output channel.</summary>
    public int PerOutput => _inputsPerGroup * _taps;

    public int Channel(int output, int weight) => (output / _outputsPerGroup * _inputsPerGroup) + (weight / _taps);
}

/// <summary>An addition as a function of two bytes, in the two ways PyTorch has of it.</summary>
internal readonly struct ByteAddition(QuantizedNetwork network, QuantizedNode node)
{
    private readonly QuantizedNode _a = network.Nodes[node.Inputs[0]];
    private readonly QuantizedNode _b = network.Nodes[node.Inputs[1]];

    /// <summary>The vectorized kernel's.</summary>
    public byte Fused(byte x, byte y) => Result(
        QuantizedMath.DequantizeFused(x, _a.Scale, QuantizedMath.FusedOffset(_a.Scale, _a.ZeroPoint)),
        QuantizedMath.DequantizeFused(y, _b.Scale, QuantizedMath.FusedOffset(_b.Scale, _b.ZeroPoint)));

    /// <summary>The scalar tail's.</summary>
    public byte Plain(byte x, byte y) => Result(QuantizedMath.Dequantize(x, _a.Scale, _a.ZeroPoint),
        QuantizedMath.Dequantize(y, _b.Scale, _b.ZeroPoint));

    private byte Result(float a, float b) => QuantizedMath.Add(a, b, 1f / node.Scale, node.ZeroPoint, node.Relu);
}
