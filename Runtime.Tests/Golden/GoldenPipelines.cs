using CompileTime.Models;
using CompileTime.Quantization;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Tests.Golden;

/// <summary>Turns the quantized cases of the family pipeline into networks, from their float weights and recorded qparams.</summary>
internal static class GoldenPipelines
{
    private const string Conv = "kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1";
    private const string Pool = "kernel=2x2 stride=2x2 padding=0,0,0,0 dilation=1x1";

    /// <summary>The whole network; the samples are the recorded test inputs with the bytes of its last layer.</summary>
    public static GoldenNetwork Of(GoldenFamily family, GoldenCase found)
    {
        var model = Model(family[found.Text("base")], found);
        var inputs = family[found.Text("base")].Tensor("test").Floats;
        var last = found["outputs"].Tensor(model.Network.Output.Name);
        var count = last.Shape[0];
        var samples = Enumerable.Range(0, count).Select(i => new GoldenSample(
            inputs.AsSpan(i * model.InputLength, model.InputLength).ToArray(), last.Sample(i, model.OutputLength), []));
        return new GoldenNetwork(model, [.. samples]);
    }

    /// <summary>
    /// A layer's weight, quantized with the observer its variant used: fresh min/max, or the extremes recorded in training.
    /// </summary>
    public static LayerWeights Weights(GoldenCase found, string layer)
    {
        var recorded = found["layers"][layer];
        var weight = recorded.Tensor("float_weight");
        float[] bias = recorded.Tensor("bias").Floats;
        var spec = new QuantizationSpec(QuantizedType.QInt8, QScheme.PerChannelSymmetric);
        if (!found.Has("weight_observers"))
            return WeightQuantizer.Quantize(weight.Floats, weight.Shape, bias, new PerChannelMinMaxObserver(spec));
        var observer = found["weight_observers"][layer];
        var qparams = observer.Tensor("min").Floats.Zip(observer.Tensor("max").Floats, (min, max) => QParams.Calculate(min, max, spec));
        return WeightQuantizer.Quantize(weight.Floats, bias, [.. qparams], spec);
    }

    /// <summary>The recorded float network, with the masks of a pruning where one is given.</summary>
    public static FloatNetwork Float(GoldenCase origin, GoldenCase? pruning)
    {
        var network = new FloatNetwork(Definition(origin), seed: 0);
        foreach (var (name, tensor) in origin["state"].Members)
            tensor.AsTensor().Floats.CopyTo(network[name].Value, 0);
        if (pruning is null)
            return network;
        foreach (var (layer, mask) in pruning["masks"].Members)
        {
            var weight = network[layer + ".weight"].Value;
            var kept = mask.AsTensor().Bytes;
            for (var i = 0; i < weight.Length; i++)
                weight[i] *= kept[i];
        }

        return network;
    }

    /// <summary>The architecture in float32, with the names of the recorded parameters.</summary>
    public static NetworkDefinition Definition(GoldenCase origin)
    {
        var input = origin.Tensor("test").Shape;
        string text;
        switch (origin.Text("arch"))
        {
            case "mlp":
                var hidden = origin["state"].Tensor("fc1.weight").Shape[0];
                text = $"input {input[1]}\nfc1 = Linear(input) bias=true -> {hidden}\nrelu = ReLU(fc1) -> {hidden}\n" +
                    "fc2 = Linear(relu) bias=true -> 10\n";
                break;
            case "cnn":
                text = $"input {input[1]}x{input[2]}x{input[3]}\n";
                var (previous, size) = ("input", input[2]);
                foreach (var block in (string[])["1", "2"])
                {
                    var channels = origin["state"].Tensor($"conv{block}.weight").Shape[0];
                    var shape = $"{channels}x{size}x{size}\n";
                    size /= 2;
                    var epsilon = Numbers.Text(origin.Json.GetProperty("bn_eps").GetDouble());
                    text += $"conv{block} = Conv2d({previous}) {Conv} groups=1 bias=true -> {shape}" +
                        $"bn{block} = BatchNorm(conv{block}) eps={epsilon} momentum=0.1 -> {shape}" +
                        $"relu{block} = ReLU(bn{block}) -> {shape}" +
                        $"pool{block} = MaxPool2d(relu{block}) {Pool} ceil=false -> {channels}x{size}x{size}\n";
                    previous = "pool" + block;
                }

                var features = origin["state"].Tensor("fc.weight").Shape[1];
                text += $"flatten = Flatten({previous}) -> {features}\nfc = Linear(flatten) bias=true -> 10\n";
                break;
            case var arch:
                throw new NotSupportedException($"The architecture '{arch}' is not known.");
        }

        return DefinitionText.Read("model Golden\n" + text, 1, out var error) ?? throw new InvalidDataException(error!.ToString());
    }

    private static QuantizedModel Model(GoldenCase origin, GoldenCase found)
    {
        var builder = new Builder(found);
        switch (origin.Text("arch"))
        {
            case "mlp":
                builder.Input(Shape.Flat(origin.Tensor("test").Shape[1]));
                builder.Weighted("fc1", QuantizedOp.Linear);
                if (found["layers"]["fc1"].Text("module") == "Linear")
                    builder.Keep("relu", QuantizedOp.ReLU, shape => shape);
                builder.Weighted("fc2", QuantizedOp.Linear);
                break;
            case "cnn":
                var image = origin.Tensor("test").Shape;
                builder.Input(Shape.Image(image[1], image[2], image[3]));
                foreach (var block in (string[])["1", "2"])
                {
                    builder.Weighted("conv" + block, QuantizedOp.Conv2d);
                    builder.Keep("pool" + block, QuantizedOp.MaxPool2d, shape =>
                        Shape.Image(shape.Channels, shape.Height / 2, shape.Width / 2));
                }

                builder.Keep("flatten", QuantizedOp.Flatten, shape => Shape.Flat(shape.Elements));
                builder.Weighted("fc", QuantizedOp.Linear);
                break;
            case var arch:
                throw new NotSupportedException($"The architecture '{arch}' is not known.");
        }

        return builder.Build();
    }

    private sealed class Builder(GoldenCase found)
    {
        private readonly List<QuantizedNode> _nodes = [];
        private readonly List<LayerWeights?> _weights = [];

        public void Input(Shape shape)
        {
            _nodes.Add(GoldenNetworks.Input(shape, found["input_qparams"].Bits("scale_bits"), found["input_qparams"].Int("zero_point")));
            _weights.Add(null);
        }

        public void Weighted(string name, QuantizedOp op)
        {
            var layer = found["layers"][name];
            var module = layer.Text("module");
            Assert.True(module is "Linear" or "LinearReLU" or "Conv2d" or "ConvReLU2d", $"The module '{module}' is not known.");
            var isConv = op == QuantizedOp.Conv2d;
            var weight = layer.Tensor("weight_int8");
            var input = _nodes[^1].Shape;
            _nodes.Add(new QuantizedNode
            {
                Name = name,
                Op = op,
                Inputs = [_nodes.Count - 1],
                Shape = isConv ? Shape.Image(weight.Shape[0], input.Height, input.Width) : Shape.Flat(weight.Shape[0]),
                Scale = layer.Bits("out_scale_bits"),
                ZeroPoint = layer.Int("out_zero_point"),
                Format = isConv ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous,
                Relu = module.Contains("ReLU", StringComparison.Ordinal),
                Window = isConv ? new Window(3, 3, Top: 1, Left: 1, Bottom: 1, Right: 1) : null,
                Weight = GoldenNetworks.Weight(weight, isPerChannel: true, zeroPoint: 0, hasBias: true),
            });
            _weights.Add(Weights(found, name));
        }

        public void Keep(string name, QuantizedOp op, Func<Shape, Shape> shape)
        {
            _nodes.Add(new QuantizedNode
            {
                Name = name,
                Op = op,
                Inputs = [_nodes.Count - 1],
                Shape = shape(_nodes[^1].Shape),
                Scale = _nodes[^1].Scale,
                ZeroPoint = _nodes[^1].ZeroPoint,
                Format = op == QuantizedOp.Flatten ? MemoryFormat.Contiguous : _nodes[^1].Format,
                Window = op == QuantizedOp.MaxPool2d ? new Window(2, 2, 2, 2) : null,
            });
            _weights.Add(null);
        }

        public QuantizedModel Build() => new(new QuantizedNetwork { Nodes = _nodes }, _weights);
    }
}
