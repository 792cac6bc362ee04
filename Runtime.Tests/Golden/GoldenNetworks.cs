using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Tests.Golden;

/// <summary>One sample of a case: what goes in, and the bytes PyTorch got out.</summary>
/// <param name="Values">Float values of the network's input; quantizing them gives exactly the recorded bytes.</param>
/// <param name="Expected">Bytes of the network's result, in NCHW order.</param>
/// <param name="Operands">Where one input is split into the operands of an addition or concatenation: the bytes of each.</param>
internal sealed record GoldenSample(float[] Values, byte[] Expected, IReadOnlyList<byte[]> Operands);

/// <summary>A recorded operator as a whole network with one input, so that everything that runs networks can be held against it.</summary>
internal sealed record GoldenNetwork(QuantizedModel Model, IReadOnlyList<GoldenSample> Samples);

/// <summary>Turns the cases of the family qops into networks.</summary>
internal static class GoldenNetworks
{
    /// <summary>The network of a case; null for an operator that no network has, such as clamp.</summary>
    public static GoldenNetwork? Of(GoldenCase found) => found.Text("op") switch
    {
        "linear" => Linear(found, relu: false),
        "linear_relu" => Linear(found, relu: true),
        "conv2d" => Conv2d(found, relu: false),
        "conv2d_relu" => Conv2d(found, relu: true),
        "max_pool2d" => Pool(found, QuantizedOp.MaxPool2d),
        "avg_pool2d" => Pool(found, QuantizedOp.AvgPool2d),
        "adaptive_avg_pool2d" => Pool(found, QuantizedOp.AdaptiveAvgPool2d),
        "relu" => Pool(found, QuantizedOp.ReLU),
        "relu6" => Pool(found, QuantizedOp.ReLU6),
        "add" => GoldenOperands.Add(found, relu: false),
        "add_relu" => GoldenOperands.Add(found, relu: true),
        "cat" => GoldenOperands.Concat(found),
        "quantize_per_tensor" => Quantize(found),
        _ => null,
    };

    public static MemoryFormat Format(GoldenCase found) =>
        found.Has("memory_format") && found.Text("memory_format") == "channels_last" ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous;

    public static QuantizedNode Input(Shape shape, float scale, int zeroPoint, MemoryFormat format = MemoryFormat.Contiguous) => new()
    {
        Name = NetworkDefinition.InputName,
        Op = QuantizedOp.Quantize,
        Inputs = [],
        Shape = shape,
        Scale = scale,
        ZeroPoint = zeroPoint,
        Format = format,
    };

    /// <summary>Values that quantize to exactly these bytes.</summary>
    public static float[] Values(byte[] bytes, float scale, int zeroPoint) => [.. bytes.Select(value => (value - zeroPoint) * scale)];

    public static WeightInfo Weight(GoldenTensor weight, bool isPerChannel, int zeroPoint, bool hasBias) => new(weight.Shape, isPerChannel,
        zeroPoint, hasBias, QuantizedModel.CountNonzeros(weight.SignedBytes, zeroPoint));

    // Every row of the last dimension is a sample: linear does not care about the dimensions before it.
    private static GoldenNetwork Linear(GoldenCase found, bool relu)
    {
        var x = found.Tensor("x");
        var features = x.Shape[^1];
        return Weighted(found, relu, QuantizedOp.Linear, Shape.Flat(features), Shape.Flat(found.Tensor("w").Shape[0]), x.Length / features);
    }

    private static GoldenNetwork Conv2d(GoldenCase found, bool relu)
    {
        var x = found.Tensor("x").Shape;
        var y = found["expected"].Tensor("y").Shape;
        return Weighted(found, relu, QuantizedOp.Conv2d, Shape.Image(x[1], x[2], x[3]), Shape.Image(y[1], y[2], y[3]), x[0]);
    }

    private static GoldenNetwork Weighted(GoldenCase found, bool relu, QuantizedOp op, Shape input, Shape output, int samples)
    {
        var w = found.Tensor("w");
        float[] bias = found.Has("bias") ? found.Tensor("bias").Floats : [];
        var isPerChannel = found.Bool("per_channel");
        var zeroPoint = found.Tensor("w_zero_point").Ints[0];
        var isConv = op == QuantizedOp.Conv2d;
        var node = new QuantizedNode
        {
            Name = "op",
            Op = op,
            Inputs = [0],
            Shape = output,
            Scale = found.Float("y_scale"),
            ZeroPoint = found.Int("y_zero_point"),
            Format = isConv ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous,
            Relu = relu,
            Window = isConv ? Window(found, w.Shape[2], w.Shape[3]) : null,
            Groups = isConv ? found.Int("groups") : 1,
            Weight = Weight(w, isPerChannel, zeroPoint, bias.Length > 0),
        };
        var weights = new LayerWeights(w.SignedBytes, found.Tensor("w_scale").Floats, bias, zeroPoint);
        return Create(found, Input(input, found.Float("x_scale"), found.Int("x_zero_point")), node, weights, samples);
    }

    // Pools and the operators that keep scale and zero point.
    private static GoldenNetwork Pool(GoldenCase found, QuantizedOp op)
    {
        var x = found.Tensor("x").Shape;
        var y = found["expected"].Tensor("y").Shape;
        Assert.Equal(found.Float("x_scale"), found["expected"].Float("y_scale"));
        Assert.Equal(found.Int("x_zero_point"), found["expected"].Int("y_zero_point"));
        var node = new QuantizedNode
        {
            Name = "op",
            Op = op,
            Inputs = [0],
            Shape = SampleShape(y),
            Scale = found.Float("x_scale"),
            ZeroPoint = found.Int("x_zero_point"),
            Format = Format(found),
            Window = found.Has("kernel") ? Window(found, found.Ints("kernel")[0], found.Ints("kernel")[1]) : null,
            CeilMode = found.Has("ceil_mode") && found.Bool("ceil_mode"),
            CountIncludePad = !found.Has("count_include_pad") || found.Bool("count_include_pad"),
            DivisorOverride = found.Has("divisor_override") ? found.Int("divisor_override") : 0,
        };
        return Create(found, Input(SampleShape(x), node.Scale, node.ZeroPoint, node.Format), node, null, x[0]);
    }

    // A network needs an operator: flattening what is flat leaves the quantized bytes as they are. NaN and infinity are no input of one.
    private static GoldenNetwork? Quantize(GoldenCase found)
    {
        var values = found.Tensor("x").Floats;
        if (found.Text("dtype") != "quint8" || !values.All(float.IsFinite))
            return null;
        var input = Input(Shape.Flat(values.Length), found.Float("scale"), found.Int("zero_point"));
        var node = new QuantizedNode
        {
            Name = "op",
            Op = QuantizedOp.Flatten,
            Inputs = [0],
            Shape = input.Shape,
            Scale = input.Scale,
            ZeroPoint = input.ZeroPoint,
            Format = MemoryFormat.Contiguous,
        };
        var model = new QuantizedModel(new QuantizedNetwork { Nodes = [input, node] }, [null, null]);
        return new GoldenNetwork(model, [new GoldenSample(values, found["expected"].Tensor("y").Bytes, [])]);
    }

    private static GoldenNetwork Create(GoldenCase found, QuantizedNode input, QuantizedNode node, LayerWeights? weights, int samples)
    {
        var model = new QuantizedModel(new QuantizedNetwork { Nodes = [input, node] }, [null, weights]);
        var x = found.Tensor("x");
        var y = found["expected"].Tensor("y");
        var list = new List<GoldenSample>();
        for (var i = 0; i < samples; i++)
        {
            var bytes = x.Sample(i, x.Length / samples);
            list.Add(new GoldenSample(Values(bytes, input.Scale, input.ZeroPoint), y.Sample(i, y.Length / samples), []));
        }

        return new GoldenNetwork(model, list);
    }

    private static Shape SampleShape(int[] batch) => batch.Length == 2 ? Shape.Flat(batch[1]) : Shape.Image(batch[1], batch[2], batch[3]);

    private static Window Window(GoldenCase found, int height, int width)
    {
        var stride = found.Ints("stride");
        var padding = found.Ints("padding");
        int[] dilation = found.Has("dilation") ? found.Ints("dilation") : [1, 1];
        return new Window(height, width, stride[0], stride[1], padding[0], padding[1], padding[0], padding[1], dilation[0], dilation[1]);
    }
}
