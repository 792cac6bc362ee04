using CompileTime.Quantization;
using CompileTime.Shared;

namespace CompileTime.Tests.Quantization;

/// <summary>PyTorch's default qconfigs: get_default_qconfig, get_default_qat_qconfig, default_dynamic_qconfig.</summary>
public sealed class QConfigTests
{
    private const string Samples = "model X\ninput 4\n";

    [Theory]
    [InlineData("Fbgemm", 127, true)]
    [InlineData("X86", 127, true)]
    [InlineData("OneDnn", 255, true)]
    [InlineData("Qnnpack", 255, false)]
    public void A_backend_is_its_qconfig(string backend, int max, bool isPerChannel)
    {
        var config = QConfig.For(new QuantizeRule("Int8", backend));
        var activation = Assert.IsType<HistogramObserver>(config.Activation());
        Check(activation, QuantizedType.QUInt8, QScheme.PerTensorAffine, 0, max);
        var scheme = isPerChannel ? QScheme.PerChannelSymmetric : QScheme.PerTensorSymmetric;
        Check(config.Weight(), QuantizedType.QInt8, scheme, -128, 127);
        Assert.IsType(isPerChannel ? typeof(PerChannelMinMaxObserver) : typeof(MinMaxObserver), config.Weight());
        Check(config.QatActivation(), QuantizedType.QUInt8, QScheme.PerTensorAffine, 0, max);
        Check(config.QatWeight(), QuantizedType.QInt8, scheme, -128, 127);
        Assert.IsType(isPerChannel ? typeof(MovingAveragePerChannelMinMaxObserver) : typeof(MovingAverageMinMaxObserver),
            config.QatWeight());
        Assert.NotSame(config.Activation(), config.Activation());
        Assert.NotSame(config.Weight(), config.Weight());

        static void Check(ObserverBase observer, QuantizedType type, QScheme scheme, int min, int max) =>
            Assert.Equal((type, scheme, min, max), (observer.Spec.Type, observer.Spec.Scheme, observer.Spec.Min, observer.Spec.Max));
    }

    [Theory]
    [InlineData("Fbgemm")]
    [InlineData("Qnnpack")]
    public void Seven_bits_are_a_range_of_weights_alone(string backend)
    {
        foreach (var weight in (string[])["Default", "MinMax", "PerChannelMinMax", "Percentile", "Mse", "Entropy"])
        {
            var (seven, eight) = (Config(7), Config(8));
            foreach (var (one, other) in new[] { (seven.Weight().Spec, eight.Weight().Spec), (seven.QatWeight().Spec, eight.QatWeight().Spec) })
                Assert.Equal((-64, 63, other.Scheme, other.Type), (one.Min, one.Max, one.Scheme, one.Type));
            Assert.Equal(eight.Activation().Spec, seven.Activation().Spec);
            Assert.Equal(eight.QatActivation().Spec, seven.QatActivation().Spec);

            QConfig Config(int bits) => QConfig.For(new QuantizeRule("Int8", backend) { Weight = weight, WeightBits = bits });
        }

        Assert.Throws<InvalidOperationException>(() => QConfig.For(new QuantizeRule("Int8", backend) { WeightBits = 6 }));
    }

    [Theory]
    [InlineData("MinMax", typeof(MinMaxObserver))]
    [InlineData("MovingAverageMinMax", typeof(MovingAverageMinMaxObserver))]
    [InlineData("Histogram", typeof(HistogramObserver))]
    [InlineData("Percentile", typeof(PercentileObserver))]
    [InlineData("Mse", typeof(MseObserver))]
    [InlineData("Entropy", typeof(EntropyObserver))]
    public void Observers_can_be_chosen(string name, Type type)
    {
        var config = QConfig.For(new QuantizeRule("Int8", "Qnnpack") { Activation = name, Weight = name });
        Assert.IsType(type, config.Activation());
        Assert.IsType(type, config.Weight());
        Assert.Equal((255, QuantizedType.QInt8), (config.Activation().Spec.Max, config.Weight().Spec.Type));
    }

    [Theory]
    [InlineData("Fbgemm", "MinMax", false)]
    [InlineData("Fbgemm", "Mse", true)]
    [InlineData("Fbgemm", "Histogram", false)]
    [InlineData("Qnnpack", "Mse", false)]
    [InlineData("Qnnpack", "PerChannelMinMax", true)]
    [InlineData("Qnnpack", "MovingAveragePerChannelMinMax", true)]
    public void Observers_of_weights_are_per_channel_by_name_or_as_the_backend(string backend, string weight, bool isPerChannel)
    {
        var config = QConfig.For(new QuantizeRule("Int8", backend) { Weight = weight });
        Assert.Equal((isPerChannel, isPerChannel), (config.Weight().Spec.IsPerChannel, config.QatWeight().Spec.IsPerChannel));
    }

    [Fact]
    public void Of_modes_without_calibration_activations_have_a_placeholder()
    {
        var dynamic = QConfig.For(new QuantizeRule("Int8", "Fbgemm") { Mode = "Dynamic" });
        Assert.Equal((127, false), (Assert.IsType<PlaceholderObserver>(dynamic.Activation()).Spec.Max, dynamic.Weight().Spec.IsPerChannel));
        var weights = QConfig.For(new QuantizeRule("Int8", "Fbgemm") { Mode = "WeightOnly" });
        Assert.IsType<PlaceholderObserver>(weights.Activation());
        Assert.True(weights.Weight().Spec.IsPerChannel);
    }

    [Theory]
    [InlineData("Int4 Fbgemm")]
    [InlineData("Int8 Cuda")]
    [InlineData("Int8 1")]
    [InlineData("Int8 Fbgemm mode=Sometimes")]
    [InlineData("Int8 Fbgemm activation=Best")]
    [InlineData("Int8 Fbgemm weight=Best")]
    [InlineData("Int8 Fbgemm activation=PerChannelMinMax")]
    [InlineData("Float32")]
    public void What_cannot_be_followed_is_said(string text) =>
        Assert.Throws<InvalidOperationException>(() => QConfig.For(QuantizeText.Read(text.Split(' '))!));

    [Fact]
    public void Each_layer_is_calibrated_and_converted_by_its_own_rule()
    {
        const string Text = Samples + "quantize Int8 Qnnpack activation=MinMax\n" +
            "a = Linear(input) bias=true quantize=Int8:Fbgemm:activation=MinMax -> 5\nr = ReLU(a) -> 5\n" +
            "b = Linear(r) bias=true -> 3\n";
        var model = Converted(Text);
        var (input, a, b) = (model.Network.Nodes[0], model.Network.Nodes[1], model.Network.Nodes[2]);
        Assert.Equal((true, false), (a.Weight!.IsPerChannel, b.Weight!.IsPerChannel));

        // The input is the network's, its first layer's result the layer's, and so on: what the others would give is not the same.
        var everywhere = Converted(Text.Replace(" quantize=Int8:Fbgemm:activation=MinMax", "", StringComparison.Ordinal));
        Assert.Equal(everywhere.Network.Nodes[0].Scale, input.Scale);
        Assert.Equal(everywhere.Network.Nodes[2].Scale, b.Scale);
        Assert.Equal(255.0 / 127, a.Scale / everywhere.Network.Nodes[1].Scale, 1e-6); // The same range in 127 steps, not 255.
    }

    [Fact]
    public void A_trainer_can_be_quantized_by_another_rule()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        trainer.Prune();
        var other = trainer.QuantizedAs(new QuantizeAttribute(Precision.Int8, Backend.OneDnn), new Dictionary<string, QuantizeAttribute>
        {
            ["2"] = new(Precision.Float32),
        });
        Assert.Equal(new QuantizeRule("Int8", "OneDnn"), other.Definition.Quantize);
        Assert.Equal([null, null, QuantizeRule.Float], other.Definition.Layers.Select(layer => layer.Quantize));
        Assert.All(trainer.ParameterNames, name => Assert.Equal(trainer.GetParameter(name), other.GetParameter(name)));
        Assert.Equal(trainer.Sparsity, other.Sparsity);
        Assert.Equal(new QuantizeRule("Int8", "Fbgemm"), trainer.Definition.Quantize);
    }

    [Fact]
    public void Float32_has_nothing_to_be_quantized_with()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        foreach (var wrong in new QuantizeAttribute[]
        {
            new(Precision.Float32, Backend.OneDnn), new(Precision.Float32) { Mode = QuantizationMode.Dynamic },
            new(Precision.Float32) { Weight = Observer.Mse },
        })
        {
            var problem = Assert.Throws<ArgumentException>("quantize", () => trainer.QuantizedAs(wrong));
            Assert.StartsWith("With Float32 nothing is quantized", problem.Message, StringComparison.Ordinal);
            var int8 = new QuantizeAttribute(Precision.Int8);
            Assert.Throws<ArgumentException>("layers",
                () => trainer.QuantizedAs(int8, new Dictionary<string, QuantizeAttribute> { ["2"] = wrong }));
        }
    }

    [Fact]
    public void Weights_have_eight_bits_or_seven()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        Assert.Equal(7, trainer.QuantizedAs(new QuantizeAttribute(Precision.Int8) { WeightBits = 7 }).Definition.Quantize!.WeightBits);
        foreach (var bits in (int[])[-1, 0, 4, 6, 9])
        {
            var problem = Assert.Throws<ArgumentException>("quantize",
                () => trainer.QuantizedAs(new QuantizeAttribute(Precision.Int8) { WeightBits = bits }));
            Assert.StartsWith($"WeightBits = {bits}: weights have 8 bits, or 7.", problem.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>("quantize", () => trainer.QuantizedAs(new QuantizeAttribute(Precision.Float32) { WeightBits = 7 }));
    }

    [Fact]
    public void A_range_that_collapses_is_named()
    {
        var trainer = new Trainer(Samples + "quantize Int8 Fbgemm\na = Linear(input) bias=true -> 5\nr = ReLU(a) -> 5\n" +
            "b = Linear(r) bias=true -> 3\n", seed: 1);
        trainer.SetParameter("a.bias", [-50, -50, -50, -50, -50]);
        trainer.Calibrate(Networks.Data(4, 100));
        Assert.Contains("'r' has collapsed", ConvertError(trainer), StringComparison.Ordinal);

        // A layer without weights cannot give anything else.
        trainer.SetParameter("a.weight", new float[20]);
        trainer.Calibrate(Networks.Data(4, 100));
        Assert.NotNull(trainer.Convert());

        trainer.Calibrate(new Dataset(new float[40], new int[10]));
        Assert.Contains("'input' has collapsed", ConvertError(trainer), StringComparison.Ordinal);
    }

    [Fact]
    public void Training_that_diverged_is_told_from_data_that_is_not_typical()
    {
        var trainer = new Trainer(Samples + "quantize Int8 Fbgemm\na = Linear(input) bias=true -> 5\nr = ReLU(a) -> 5\n" +
            "b = Linear(r) bias=true -> 3\n", seed: 1);

        // The ReLUs speak against the only label there is. A step a thousand times too large, and they are dead: no gradient brings them
        // back. The loss is finite all the same.
        trainer.SetParameter("b.weight", [-1, -1, -1, -1, -1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        var random = new Random(1);
        var data = new Dataset([.. Enumerable.Range(0, 400).Select(_ => 0.5f + random.NextSingle())], new int[100]);
        trainer.Fit(data, new FitOptions { Epochs = 3, Optimizer = new Sgd(1000) });
        trainer.Calibrate(data);
        Assert.Contains("'r' has collapsed: all its values were 0 in calibration. Training that diverges leaves such layers",
            ConvertError(trainer), StringComparison.Ordinal);
        Assert.Contains("lower learning rate", ConvertError(trainer), StringComparison.Ordinal);

        // Larger still, and its values leave float32.
        trainer.SetParameter("a.weight", [.. Enumerable.Repeat(3e38f, 20)]);
        trainer.SetParameter("a.bias", new float[5]);
        trainer.SetParameter("b.weight", [.. Enumerable.Repeat(1f, 15)]);
        var problem = Assert.Throws<InvalidOperationException>(() => trainer.Calibrate(
            new Dataset([.. Enumerable.Repeat(1f, 8)], new int[2])));
        Assert.Contains("training has diverged. Train again with a lower learning rate", problem.Message, StringComparison.Ordinal);

        trainer = new Trainer(Samples + "quantize Int8 Fbgemm\na = Linear(input) bias=true -> 3\n", seed: 1);
        trainer.SetParameter("a.bias", [1, 2, 3]);
        trainer.Calibrate(new Dataset(new float[40], new int[10]));
        Assert.EndsWith("Calibrate with samples that are typical.", ConvertError(trainer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = Linear(input) bias=true -> 5\nb = Linear(input) bias=true -> 5\ns = Add(a, b) -> 5\nr = ReLU(s) -> 5\n")]
    [InlineData("a = Linear(input) bias=true -> 5\nr = Hardswish(a) -> 5\n")]
    public void So_is_the_collapsed_range_of_a_layer_without_weights(string layers)
    {
        var trainer = new Trainer(Samples + "quantize Int8 Fbgemm\n" + layers + "c = Linear(r) bias=true -> 3\n", seed: 1);
        trainer.SetParameter("a.bias", [-50, -50, -50, -50, -50]);
        trainer.Calibrate(Networks.Data(4, 100));
        Assert.Contains("'r' has collapsed", ConvertError(trainer), StringComparison.Ordinal);

        // Pruned to its end, nothing that it reads depends on the input.
        foreach (var weight in trainer.ParameterNames.Where(name => name is "a.weight" or "b.weight"))
            trainer.SetParameter(weight, new float[20]);
        trainer.Calibrate(Networks.Data(4, 100));
        Assert.NotNull(trainer.Convert());
    }

    [Fact]
    public void Quantized_by_the_range_of_each_call_convolutions_stay_float32()
    {
        var trainer = new Trainer(Networks.Residual.Replace("Int8 Fbgemm", "Int8 Fbgemm mode=Dynamic", StringComparison.Ordinal), seed: 1);
        trainer.SetParameter("fc.bias", [1, 2, 3]);
        var nodes = trainer.Convert().Model.Network.Nodes;
        Assert.All(nodes.Where(node => node.Op == QuantizedOp.Conv2d), node => Assert.True(node.Weight!.IsFloat));
        Assert.Equal((QuantizedOp.DynamicLinear, false), (nodes[^1].Op, nodes[^1].Weight!.IsFloat));
    }

    [Fact]
    public void A_percentile_that_collapses_names_the_layer()
    {
        var trainer = new Trainer(
            Samples + "quantize Int8 Qnnpack weight=Percentile percentile=60\na = Linear(input) bias=true -> 3\n", seed: 1);
        trainer.SetParameter("a.weight", [0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0]);
        trainer.Calibrate(Networks.Data(4, 100));
        var message = ConvertError(trainer);
        Assert.Contains("The weights of 'a'", message, StringComparison.Ordinal);
        Assert.Contains("collapsed", message, StringComparison.Ordinal);
    }

    private static string ConvertError(Trainer trainer) => Assert.Throws<InvalidOperationException>(() => trainer.Convert()).Message;

    private static Models.QuantizedModel Converted(string text)
    {
        var trainer = new Trainer(text, seed: 1);
        var calibration = new Calibration(Fusion.Run(trainer.Network), trainer.Definition.Quantize!);
        var samples = Networks.Data(4, 300);
        var values = new float[4];
        for (var i = 0; i < samples.Count; i++)
        {
            samples.CopySample(i, trainer.Definition, values);
            calibration.Observe(values, 1);
        }

        return Converter.Run(calibration);
    }
}
