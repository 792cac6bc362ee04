using CompileTime.Quantization;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Tests.Golden;

/// <summary>Whole networks that PyTorch trained, pruned and quantized (family pipeline), one theory per step; none may differ.</summary>
public sealed class GoldenPipelineTests
{
    private static readonly GoldenFamily Family = GoldenFamily.Load("pipeline");

    public static TheoryData<string> Quantized => GoldenFamily.Ids("pipeline", found => found.Text("kind") == "quantized");

    public static TheoryData<string> FloatModels => GoldenFamily.Ids("pipeline", found => found.Text("kind") is "float_model" or "prune");

    public static TheoryData<string> Pruned => GoldenFamily.Ids("pipeline", found => found.Text("kind") == "prune");

    public static TheoryData<string> Histograms =>
        GoldenFamily.Ids("pipeline", found => found.Has("variant") && found.Text("variant") == "ptq_fused_hist2x");

    public static TheoryData<string> Convolutional => GoldenFamily.Ids("pipeline",
        found => found.Text("kind") == "quantized" && Family[found.Text("base")].Text("arch") == "cnn");

    [Fact]
    public void Every_case_is_of_a_kind_that_is_tested()
    {
        foreach (var found in Family.Cases)
            Assert.Contains(found.Text("kind"), (string[])["float_model", "prune", "quantized"]);
    }

    [Theory]
    [MemberData(nameof(FloatModels))]
    public void Float_models_compute_the_same_logits(string id)
    {
        var found = Family[id];
        var origin = found.Text("kind") == "prune" ? Family[found.Text("base")] : found;
        var network = GoldenPipelines.Float(origin, found.Text("kind") == "prune" ? found : null);
        var test = origin.Tensor("test");
        var logits = network.Forward(test.Floats, test.Shape[0]).ToArray();
        var expected = found.Tensor("float_logits").Floats;
        Assert.Equal(expected.Length, logits.Length);

        // Float sums depend on the order of the terms, which differs between matrix libraries: up to 784 terms of size 1.
        for (var i = 0; i < logits.Length; i++)
            Assert.Equal(expected[i], logits[i], 1e-3f);
    }

    [Theory]
    [MemberData(nameof(Pruned))]
    public void Masks_of_global_pruning_are_reproduced(string id)
    {
        var found = Family[id];
        Assert.Equal("global_unstructured L1Unstructured", found.Text("method"));
        var state = Family[found.Text("base")]["state"];
        var layers = found["layers"].Json.EnumerateArray().Select(name => name.GetString()!).ToList();
        var parameters = layers.Select(layer =>
        {
            var tensor = state.Tensor(layer + ".weight");
            var parameter = new Parameter(layer, tensor.Shape);
            tensor.Floats.CopyTo(parameter.Value, 0);
            return parameter;
        }).ToList();
        GoldenPruning.Of(parameters).GlobalUnstructured(layers, PruningMethod.L1, found.Json.GetProperty("amount").GetDouble());
        Assert.Equal(found.Int("n_zeros"), parameters.Sum(parameter => parameter.Mask!.Count(kept => kept == 0)));
        foreach (var (layer, parameter) in layers.Zip(parameters))
            Assert.Equal(found["masks"].Tensor(layer).Bytes.Select(kept => (float)kept), parameter.Mask!);
    }

    [Theory]
    [MemberData(nameof(Quantized))]
    public void Weights_are_quantized_to_the_same_bytes(string id)
    {
        var found = Family[id];
        foreach (var (name, layer) in found["layers"].Members)
        {
            var weights = GoldenPipelines.Weights(found, name);
            Assert.Equal(layer.Tensor("weight_int8").SignedBytes, weights.Values.ToArray());
            Assert.Equal(layer.Tensor("weight_scale").Floats, weights.Scales.ToArray());
            Assert.All(layer.Ints("weight_zero_point"), zeroPoint => Assert.Equal(zeroPoint, weights.ZeroPoint));
        }
    }

    [Theory]
    [MemberData(nameof(Quantized))]
    public void Every_layer_and_the_logits_are_equal(string id)
    {
        var found = Family[id];
        var network = GoldenPipelines.Of(Family, found);
        var logits = found.Tensor("logits").Floats;
        var nodes = network.Model.Network.Nodes;
        var output = new float[network.Model.OutputLength];
        foreach (var (name, _) in found["outputs"].Members)
            Assert.True(name is "quant" || name == "relu" || nodes.Any(node => node.Name == name), $"The layer '{name}' is not known.");
        for (var sample = 0; sample < network.Samples.Count; sample++)
        {
            var trace = Interpreter.Trace(network.Model, network.Samples[sample].Values);
            for (var i = 0; i < nodes.Count; i++)
            {
                var recorded = i == 0 ? "quant" : nodes[i].Name;
                if (found["outputs"].Has(recorded))
                    Assert.Equal(found["outputs"].Tensor(recorded).Sample(sample, trace[i].Length), trace[i]);
                else
                    Assert.Equal("flatten", recorded);
            }

            Interpreter.Run(network.Model, network.Samples[sample].Values, output);
            Assert.Equal(logits.AsSpan(sample * output.Length, output.Length).ToArray(), output);
        }
    }

    [Theory]
    [MemberData(nameof(Convolutional))]
    public void Batch_normalization_is_folded_to_the_same_bits(string id)
    {
        var found = Family[id];
        var origin = Family[found.Text("base")];
        var isQat = found.Has("qat_state");
        var state = isQat ? found["qat_state"] : origin["state"];
        foreach (var block in (string[])["1", "2"])
        {
            var weight = state.Tensor($"conv{block}.weight").Floats;
            var bias = state.Tensor($"conv{block}.bias").Floats;
            if (!isQat)
            {
                var mask = Family[found.Text("prune")]["masks"].Tensor("conv" + block).Bytes;
                for (var i = 0; i < weight.Length; i++)
                    weight[i] *= mask[i];
            }

            float[] Norm(string part) => state.Tensor(isQat ? $"conv{block}.bn.{part}" : $"bn{block}.{part}").Floats;
            BatchNormFolding.Fold(weight, bias, Norm("weight"), Norm("bias"), Norm("running_mean"), Norm("running_var"),
                origin.Json.GetProperty("bn_eps").GetDouble());
            var layer = found["layers"]["conv" + block];
            Assert.Equal(layer.Tensor("float_weight").Floats, weight);
            Assert.Equal(layer.Tensor("float_bias").Floats, bias);
            Assert.Equal(layer.Tensor("bias").Floats, bias);
        }
    }

    [Theory]
    [MemberData(nameof(Histograms))]
    public void Fusion_of_the_whole_network_gives_the_same_weights(string id)
    {
        var found = Family[id];
        var fused = Fusion.Run(GoldenPipelines.Float(Family[found.Text("base")], Family[found.Text("prune")]));
        foreach (var (name, layer) in found["layers"].Members)
        {
            var operation = fused.Layers.Single(candidate => candidate.Layer.Name == name);
            Assert.Equal(layer.Text("module").Contains("ReLU", StringComparison.Ordinal), operation.Relu);
            Assert.Equal(layer.Tensor("float_weight").Floats, fused.Float[name + ".weight"].Value);
            Assert.Equal(layer.Tensor("float_bias").Floats, fused.Float[name + ".bias"].Value);
        }

        Assert.Equal(found["layers"].Members.Count(), fused.Layers.Count(layer => layer.Layer.HasWeight));
    }

    [Theory]
    [MemberData(nameof(Histograms))]
    public void Activation_qparams_follow_from_the_calibration_inputs(string id)
    {
        var found = Family[id];
        var config = QConfig.For(new QuantizeRule("Int8", "Fbgemm"));
        foreach (var (name, recorded) in found["activation_observers"].Members)
        {
            Assert.Equal("HistogramObserver2x", recorded.Text("observer"));
            var observer = Assert.IsType<HistogramObserver>(config.Activation());
            var batches = recorded.Has("calibration_inputs") ? recorded.Tensors("calibration_inputs").Select(batch => batch.Floats)
                : name == "quant" ? InputBatches(Family[found.Text("base")])
                : throw new InvalidDataException($"There are no calibration inputs for '{name}'.");
            foreach (var batch in batches)
                observer.Observe(batch, [batch.Length]);
            Assert.Equal(recorded.Bits("min_bits"), observer.Min);
            Assert.Equal(recorded.Bits("max_bits"), observer.Max);
            Assert.Equal(recorded.Tensor("histogram").Floats, observer.Histogram.ToArray());
            Assert.Equal(new QParams(recorded.Bits("scale_bits"), recorded.Int("zero_point")), Assert.Single(observer.Calculate()));
        }
    }

    private static IEnumerable<float[]> InputBatches(GoldenCase origin)
    {
        var calibration = origin.Tensor("calibration");
        return calibration.Floats.Chunk(calibration.Length / calibration.Shape[0] * origin.Int("calibration_batch"));
    }
}
