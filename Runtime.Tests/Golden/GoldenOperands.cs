using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Tests.Golden;

/// <summary>
/// Operators with several inputs as networks with one: the input holds all operands one after the other, and a 1x1 convolution (or a
/// Linear) with a single weight of 1 per output takes each of them out again, giving it its own scale and zero point without changing
/// a byte: the input's scale is 1, the weight's is the operand's, so the requantization multiplier is exactly 1, and the bias shifts by
/// the zero point.
/// </summary>
internal static class GoldenOperands
{
    /// <summary>PyTorch computed the tensor flat, with the batch: one channel of n positions is that, in either memory format.</summary>
    public static GoldenNetwork Add(GoldenCase found, bool relu)
    {
        var (a, b) = (found.Tensor("a").Bytes, found.Tensor("b").Bytes);
        var shape = Shape.Image(1, 1, a.Length);
        QuantizedNode[] operands =
        [
            Select("a", 0, shape, Shape.Image(2, 1, a.Length), found.Float("a_scale"), found.Int("a_zero_point")),
            Select("b", 1, shape, Shape.Image(2, 1, a.Length), found.Float("b_scale"), found.Int("b_zero_point")),
        ];
        var node = new QuantizedNode
        {
            Name = "op",
            Op = QuantizedOp.Add,
            Inputs = [1, 2],
            Shape = shape,
            Scale = found.Float("y_scale"),
            ZeroPoint = found.Int("y_zero_point"),
            Format = MemoryFormat.ChannelsLast,
            Relu = relu,
        };
        return new GoldenNetwork(Model(Shape.Image(2, 1, a.Length), operands, [0, 1], node),
            [Sample([a, b], found["expected"].Tensor("y").Bytes)]);
    }

    /// <summary>Along the channels, sample by sample; along dimension 0 the whole tensors are laid end to end.</summary>
    public static GoldenNetwork Concat(GoldenCase found)
    {
        var tensors = found.Tensors("xs");
        var samples = found.Int("dim") == 0 ? 1 : tensors[0].Shape[0];
        var isImage = tensors[0].Shape.Length == 4;
        var format = GoldenNetworks.Format(found);
        Assert.True(found.Int("dim") is 0 or 1 && (format == MemoryFormat.Contiguous || isImage), "This concatenation has no network.");
        Shape Of(int elements) => isImage
            ? Shape.Image(elements / (tensors[0].Shape[2] * tensors[0].Shape[3]), tensors[0].Shape[2], tensors[0].Shape[3])
            : Shape.Flat(elements);
        var all = Of(tensors.Sum(tensor => tensor.Length) / samples);
        var operands = new List<QuantizedNode>();
        var starts = new List<int>();
        for (var i = 0; i < tensors.Length; i++)
        {
            var shape = Of(tensors[i].Length / samples);
            starts.Add(i == 0 ? 0 : starts[^1] + operands[^1].Shape.Channels);
            operands.Add(Select("x" + i, starts[^1], shape, all, found.Floats("x_scales")[i], found.Ints("x_zero_points")[i], format));
        }

        var node = new QuantizedNode
        {
            Name = "op",
            Op = QuantizedOp.Concat,
            Inputs = [.. Enumerable.Range(1, tensors.Length)],
            Shape = all,
            Scale = found.Float("y_scale"),
            ZeroPoint = found.Int("y_zero_point"),
            Format = format,
        };
        var y = found["expected"].Tensor("y");
        return new GoldenNetwork(Model(all, operands, starts, node), [.. Enumerable.Range(0, samples).Select(sample => Sample(
            [.. tensors.Select(tensor => tensor.Sample(sample, tensor.Length / samples))], y.Sample(sample, y.Length / samples)))]);
    }

    private static GoldenSample Sample(IReadOnlyList<byte[]> operands, byte[] expected) =>
        new([.. operands.SelectMany(operand => operand).Select(value => (float)value)], expected, operands);

    private static QuantizedNode Select(string name, int start, Shape shape, Shape all, float scale, int zeroPoint,
        MemoryFormat format = MemoryFormat.ChannelsLast)
    {
        Assert.InRange(start + shape.Channels, 1, all.Channels);
        int[] dimensions = shape.IsFlat ? [shape.Channels, all.Channels] : [shape.Channels, all.Channels, 1, 1];
        return new QuantizedNode
        {
            Name = name,
            Op = shape.IsFlat ? QuantizedOp.Linear : QuantizedOp.Conv2d,
            Inputs = [0],
            Shape = shape,
            Scale = scale,
            ZeroPoint = zeroPoint,
            Format = shape.IsFlat ? MemoryFormat.Contiguous : format,
            Window = shape.IsFlat ? null : new Window(1, 1),
            Weight = new WeightInfo(dimensions, true, 0, true, shape.Channels),
        };
    }

    private static QuantizedModel Model(Shape all, IReadOnlyList<QuantizedNode> operands, IReadOnlyList<int> starts, QuantizedNode node)
    {
        var weights = new List<LayerWeights?> { null };
        for (var i = 0; i < operands.Count; i++)
        {
            var channels = operands[i].Shape.Channels;
            var values = new sbyte[channels * all.Channels];
            for (var c = 0; c < channels; c++)
                values[(c * all.Channels) + starts[i] + c] = 1;
            float[] scales = [.. Enumerable.Repeat(operands[i].Scale, channels)];
            float[] bias = [.. Enumerable.Repeat(-operands[i].ZeroPoint * operands[i].Scale, channels)];
            weights.Add(new LayerWeights(values, scales, bias, 0));
        }

        weights.Add(null);
        return new QuantizedModel(new QuantizedNetwork { Nodes = [GoldenNetworks.Input(all, 1f, 0), .. operands, node] }, weights);
    }
}
