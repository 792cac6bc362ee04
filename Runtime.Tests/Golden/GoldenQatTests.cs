using CompileTime.Models;
using CompileTime.Quantization;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Tests.Golden;

/// <summary>
/// Networks that PyTorch trained with fake quantization (family pipeline, variant qat): from the recorded weights and ranges as they were
/// before convert, everything that convert made of them.
/// </summary>
public sealed class GoldenQatTests
{
    private static readonly GoldenFamily Family = GoldenFamily.Load("pipeline");
    private static readonly QuantizeRule Rule = new("Int8", "Fbgemm");

    public static TheoryData<string> Ids =>
        GoldenFamily.Ids("pipeline", found => found.Has("variant") && found.Text("variant") == "qat");

    [Theory]
    [MemberData(nameof(Ids))]
    public void Convert_as_torch_gives_the_same_scales_weights_and_bytes(string id)
    {
        var found = Family[id];
        var origin = Family[found.Text("base")];
        var network = Float(origin, found);
        var qat = Qat(network, found, ScaleMode.TorchConvert);
        var session = new QatSession(qat, new QatOptions { ScaleMode = ScaleMode.TorchConvert }, 0);
        var model = Converter.Run(new QatCalibration(Fusion.Run(network), Rule, session));
        var nodes = model.Network.Nodes;
        var input = found["input_qparams"];
        Assert.Equal((input.Bits("scale_bits"), input.Int("zero_point")), (nodes[0].Scale, nodes[0].ZeroPoint));
        foreach (var (name, layer) in found["layers"].Members)
        {
            var (node, weights) = nodes.Zip(model.Weights).Single(pair => pair.First.Name == name);
            Assert.Equal(layer.Tensor("weight_scale").Floats, weights!.Scales.ToArray());
            Assert.Equal(layer.Tensor("weight_int8").SignedBytes, weights.Values.ToArray());
            Assert.Equal(layer.Tensor("bias").Floats, weights.Bias.ToArray());
            Assert.Equal((layer.Bits("out_scale_bits"), layer.Int("out_zero_point")), (node.Scale, node.ZeroPoint));
        }

        CheckOutputs(found, origin, model);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Trained_scales_are_those_of_the_fused_kernel(string id)
    {
        var found = Family[id];
        var qat = Qat(Float(Family[found.Text("base")], found), found, ScaleMode.TorchConvert);
        foreach (var (name, recorded) in found["activation_observers"].Members)
        {
            var module = Activation(qat, name);
            module.ObserverEnabled = false;
            module.Update([], []);
            Assert.Equal(recorded.Bits("fake_quant_scale_bits"), module.QParams[0].Scale);
            Assert.Equal(new QParams(recorded.Bits("scale_bits"), recorded.Int("zero_point")), module.CalculateQParams()[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Convert_as_trained_keeps_the_trained_scales(string id)
    {
        var found = Family[id];
        var origin = Family[found.Text("base")];
        var network = Float(origin, found);
        var qat = Qat(network, found, ScaleMode.AsTrained);
        foreach (var module in qat.Modules)
        {
            module.ObserverEnabled = false;
            module.Update([], []);
        }

        var model = Converter.Run(new QatCalibration(Fusion.Run(network), Rule, new QatSession(qat, new QatOptions(), 0)));
        foreach (var (node, weights) in model.Network.Nodes.Zip(model.Weights).Where(pair => pair.Second is not null))
        {
            var observed = found["weight_observers"][node.Name];
            var (min, max) = (observed.Tensor("min_before_convert").Floats, observed.Tensor("max_before_convert").Floats);

            // max(|min| / 128, max / 127), in the middle also where all weights of a filter have one sign.
            var expected = min.Zip(max, (low, high) => Math.Max(Math.Abs(low) / 128.0, high / 127.0));
            Assert.All(expected.Zip(weights!.Scales.ToArray()), pair => Assert.Equal(1, pair.Second / pair.First, 1e-6));
        }

        // The recorded networks get all of their test set right, and so does this.
        var test = origin.Tensor("test");
        var labels = origin.Ints("labels");
        var (length, output) = (test.Length / test.Shape[0], new float[10]);
        for (var i = 0; i < test.Shape[0]; i++)
        {
            Interpreter.Run(model, test.Floats.AsSpan(i * length, length), output);
            Assert.Equal(labels[i], VectorMath.ArgMax(output));
        }
    }

    private static FloatNetwork Float(GoldenCase origin, GoldenCase found)
    {
        var network = new FloatNetwork(GoldenPipelines.Definition(origin), seed: 0);
        foreach (var (name, tensor) in found["qat_state"].Members)
        {
            var own = name.Replace("conv1.bn.", "bn1.", StringComparison.Ordinal).Replace("conv2.bn.", "bn2.", StringComparison.Ordinal);
            tensor.AsTensor().Floats.CopyTo(network[own].Value, 0);
        }

        return network;
    }

    private static QatNetwork Qat(FloatNetwork network, GoldenCase found, ScaleMode mode)
    {
        var qat = QatNetwork.Of(network, Rule, new QatOptions { ScaleMode = mode }, seed: 0);
        foreach (var (name, recorded) in found["activation_observers"].Members)
        {
            var module = Activation(qat, name);
            (module.Min[0], module.Max[0]) = (recorded.Bits("min_bits"), recorded.Bits("max_bits"));
        }

        foreach (var (name, recorded) in found["weight_observers"].Members)
        {
            recorded.Tensor("min_before_convert").Floats.CopyTo(qat.Weights[name].Module.Min, 0);
            recorded.Tensor("max_before_convert").Floats.CopyTo(qat.Weights[name].Module.Max, 0);
        }

        Assert.True(qat.IsObserved);
        return qat;
    }

    // Recorded under the module's name; here under that of the value.
    private static FakeQuantize Activation(QatNetwork qat, string name) => qat.Activations[name switch
    {
        "quant" => "input",
        "fc1" => "relu",
        "conv1" => "relu1",
        "conv2" => "relu2",
        _ => name,
    }].Module;

    private static void CheckOutputs(GoldenCase found, GoldenCase origin, QuantizedModel model)
    {
        var test = origin.Tensor("test").Floats;
        var logits = found.Tensor("logits").Floats;
        var output = new float[model.OutputLength];
        for (var sample = 0; sample < logits.Length / output.Length; sample++)
        {
            var input = test.AsSpan(sample * model.InputLength, model.InputLength);
            var (trace, nodes) = (Interpreter.Trace(model, input), model.Network.Nodes);
            foreach (var (name, recorded) in found["outputs"].Members)
            {
                var node = nodes.TakeWhile(node => node.Name != (name == "quant" ? "input" : name)).Count();
                if (node < nodes.Count)
                    Assert.Equal(recorded.AsTensor().Sample(sample, trace[node].Length), trace[node]);
                else
                    Assert.Equal("relu", name); // part of the layer before it
            }

            Interpreter.Run(model, input, output);
            Assert.Equal(logits.AsSpan(sample * output.Length, output.Length).ToArray(), output);
        }
    }
}
