using CompileTime.Models;
using CompileTime.Quantization;
using CompileTime.Shared;

namespace CompileTime.Tests.Golden;

/// <summary>Turns the quantized cases of the family pipeline into networks, from their float weights and recorded qparams.</summary>
internal static class GoldenPipelines
{
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

    /// <summary>A layer's weight, quantized with the observer its variant used: fresh min/max, or the extremes recorded in training.</summary>
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
        return WeightQuantizer.Quantize(weight.Floats, bias, [.. qparams]);
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
                    builder.Keep("pool" + block, QuantizedOp.MaxPool2d, shape => Shape.Image(shape.Channels, shape.Height / 2, shape.Width / 2));
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
