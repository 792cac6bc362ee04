using CompileTime.Quantization;
using CompileTime.Shared;
using CompileTime.Tests.Training;
using CompileTime.Training;

namespace CompileTime.Tests.Quantization;

/// <summary>The gradients of quantization-aware training: through scaling, rounding, unscaling, normalization.</summary>
public sealed class QatGradientTests
{
    private const int Batch = 6;

    // Convolution and Linear with and without batch normalization and bias, groups, a residual, a concatenation; ReLU where it is fused.
    // No maximum is taken of rounded values: they are often equal.
    private const string Text = "model Demo.Qat\ninput 2x5x5\nquantize Int8 Fbgemm\n" + """
        a = Conv2d(input) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=1 bias=true -> 4x5x5
        an = BatchNorm(a) eps=1E-05 momentum=0.1 -> 4x5x5
        ar = ReLU(an) -> 4x5x5
        b = Conv2d(ar) kernel=3x3 stride=2x2 padding=1,1,1,1 dilation=1x1 groups=2 bias=false -> 4x3x3
        bn = BatchNorm(b) eps=0.001 momentum=0.3 -> 4x3x3
        c = Conv2d(ar) kernel=1x1 stride=2x2 padding=0,0,0,0 dilation=1x1 groups=1 bias=true -> 4x3x3
        add = Add(bn, c) -> 4x3x3
        relu = ReLU(add) -> 4x3x3
        cat = Concat(relu, bn) -> 8x3x3
        flat = Flatten(cat) -> 72
        d = Linear(flat) bias=true -> 5
        dn = BatchNorm(d) eps=1E-05 momentum=0.1 -> 5
        e = Linear(dn) bias=true -> 3

        """;

    // The values that are rounded, and the fused network's names for them.
    private static readonly Dictionary<string, string> Rounded = new()
    {
        ["input"] = "input", ["ar"] = "ar", ["bn"] = "b", ["c"] = "c", ["relu"] = "relu", ["cat"] = "cat", ["dn"] = "d", ["e"] = "e",
    };

    private readonly float[] _cotangent = LayerCases.Uniform(Batch * 3, 7);

    [Theory]
    [InlineData("Fbgemm", 0)]
    [InlineData("Fbgemm", 1)]
    [InlineData("Qnnpack", 1)]
    public void They_are_those_of_an_independent_implementation(string backend, int version)
    {
        var (network, qat) = Create(backend, version);
        Train(qat, LayerCases.Uniform(Batch * 50, 1, 0.8f));
        var variances = network.Definition.Layers.Where(layer => layer.Kind == LayerKind.BatchNorm)
            .ToDictionary(layer => layer.Name, layer => (float[])network[layer.Name + ".running_var"].Value.Clone());

        // Ranges have hardly moved when larger values come: some are clipped, and their gradient is zero.
        var input = LayerCases.Uniform(Batch * 50, 2);
        var output = Train(qat, input);
        Assert.Equal(Rounded.Values.Order(StringComparer.Ordinal), qat.Activations.Keys.Order(StringComparer.Ordinal));
        var modules = Rounded.ToDictionary(pair => pair.Key, pair => qat.Activations[pair.Value].Module);
        foreach (var (name, weight) in qat.Weights)
            modules.Add(name + ".weight", weight.Module);
        var naive = new NaiveQat(network.Definition, name => network[name].Value, variances, modules);

        // Steps of the output are a hundredth of its range; where both round alike, float32 and double differ by far less.
        Assert.All(naive.Forward(input, Batch).Zip(output), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.InRange(naive.Clipped, 20, 400);
        foreach (var parameter in network.Trained)
            Compare(parameter, () => Loss(naive.Forward(input, Batch)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_rounding_they_are_those_of_the_float_network(bool isFrozen)
    {
        var (network, qat) = Create("Fbgemm", 1);
        foreach (var module in qat.Modules)
            (module.FakeQuantEnabled, module.ObserverEnabled) = (false, false);
        qat.IsBatchNormFrozen = isFrozen;
        var other = Create("Fbgemm", 1).Network;
        foreach (var norm in other.Layers.OfType<BatchNorm>())
            norm.IsFrozen = isFrozen;
        var input = LayerCases.Uniform(Batch * 50, 3);

        // The same sums with other roundings: scaling and unscaling costs a few units in the last place of terms that partly cancel.
        Assert.All(Train(other, input).Zip(Train(qat, input)), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        foreach (var (expected, found) in other.Trained.Zip(network.Trained))
        {
            var room = 1e-4f * Math.Max(1, expected.Gradient.Max(Math.Abs));
            Assert.All(expected.Gradient.Zip(found.Gradient), pair => Assert.Equal(pair.First, pair.Second, room));
        }

        Assert.All(other.Parameters.Zip(network.Parameters), pair => Assert.All(pair.First.Value.Zip(pair.Second.Value),
            values => Assert.Equal(values.First, values.Second, 1e-5f)));
    }

    [Fact]
    public void A_pruned_filter_takes_no_part()
    {
        // Its gamma is zero, as [Prune] of filters leaves it, and so is the factor of its weights.
        var (network, qat) = Create("Fbgemm", 1);
        foreach (var name in (string[])["a.weight", "an.weight", "an.bias"])
            network[name].Value.AsSpan(0, network[name].Value.Length / 4).Clear();
        Train(qat, LayerCases.Uniform(Batch * 50, 1));
        Assert.All(Train(qat, LayerCases.Uniform(Batch * 50, 2)), value => Assert.True(float.IsFinite(value)));
        Assert.All(network.Parameters, parameter => Assert.All(parameter.Value, value => Assert.True(float.IsFinite(value))));
        Assert.All(network.Trained, parameter => Assert.All(parameter.Gradient, value => Assert.True(float.IsFinite(value))));
        Assert.All(network["a.weight"].Gradient.AsSpan(0, 18).ToArray(), gradient => Assert.Equal(0, gradient));
    }

    [Fact]
    public void Dynamic_rounding_passes_every_gradient()
    {
        // The range of a sample holds all of its values: nothing is clipped.
        var definition = Networks.Definition("model Demo.D\ninput 5\nquantize Int8 Fbgemm mode=Dynamic\n" +
            "a = Linear(input) bias=true quantize=Float32 -> 4\nb = Linear(a) bias=true -> 3\n");
        var network = new FloatNetwork(definition, seed: 3);
        var qat = QatNetwork.Of(network, definition.Quantize!, new QatOptions(), seed: 1);
        var input = LayerCases.Uniform(Batch * 5, 1);
        Train(qat, input);
        var rounded = new float[12];
        qat.Weights["b"].Module.Apply(0, network["b.weight"].Value, rounded);
        for (var i = 0; i < 20; i++)
        {
            var expected = 0.0;
            for (var n = 0; n < Batch; n++)
            {
                for (var o = 0; o < 3; o++)
                    expected += (double)_cotangent[(n * 3) + o] * rounded[(o * 4) + (i / 5)] * input[(n * 5) + (i % 5)];
            }

            // Some ten float32 products of size 1.
            Assert.Equal(expected, network["a.weight"].Gradient[i], 1e-5);
        }

        // 0..127, as Linear quantizes its input in Backend.Fbgemm: at most 128 different values in a sample, and zero is one of them.
        var layer = qat.Layers.OfType<DynamicFakeQuantizeLayer>().Single();
        for (var n = 0; n < Batch; n++)
        {
            var (low, high) = (Math.Min(layer.Input.Sample(n).ToArray().Min(), 0), Math.Max(layer.Input.Sample(n).ToArray().Max(), 0));
            var step = (high - low) / 127;
            Assert.All(layer.Output.Sample(n).ToArray(), value => Assert.Equal(MathF.Round(value / step), value / step, 1e-3f));
        }
    }

    private static (FloatNetwork Network, QatNetwork Qat) Create(string backend, int version)
    {
        var definition = Networks.Definition(Text.Replace("Fbgemm", backend, StringComparison.Ordinal));
        var network = new FloatNetwork(definition, seed: 1);
        foreach (var parameter in network.Parameters)
            LayerCases.Uniform(parameter.Value.Length, parameter.Name.Length).CopyTo(parameter.Value, 0);

        // Where gamma is small, rounding errors are multiplied by its reciprocal, which no straight line follows.
        foreach (var norm in definition.Layers.Where(layer => layer.Kind == LayerKind.BatchNorm))
        {
            foreach (var value in (float[][])[network[norm.Name + ".weight"].Value, network[norm.Name + ".running_var"].Value])
                LayerCases.Uniform(value.Length, 5).Select(x => 1 + (0.5f * x)).ToArray().CopyTo(value, 0);
        }

        return (network, QatNetwork.Of(network, definition.Quantize!, new QatOptions { QConfigVersion = version }, seed: 1));
    }

    /// <summary>One pass forward, whose outputs are returned, and one back from the cotangent.</summary>
    private float[] Train(FloatNetwork network, float[] input)
    {
        network.Reserve(Batch, training: true);
        input.CopyTo(network.Input.Data, 0);
        network.ForwardTraining(Batch, 0, network.Output);
        var output = network.Output.Data.AsSpan(0, _cotangent.Length).ToArray();
        _cotangent.CopyTo(network.Output.Gradient, 0);
        network.Backward(Batch, network.Output);
        return output;
    }

    private double Loss(double[] output) => output.Select((value, i) => value * _cotangent[i]).Sum();

    // The differences are made in double, where only the rounded weights are float32: 1e-7 of them through a step of 2e-3. What is left
    // are the float32 sums of the network.
    private static void Compare(Parameter parameter, Func<double> loss)
    {
        const float Step = 0.002f;
        var (values, gradient) = (parameter.Value, (float[])parameter.Gradient.Clone());
        var size = Math.Max(1, gradient.Max(Math.Abs));
        for (var i = 0; i < values.Length; i += 1 + (values.Length / 40))
        {
            var kept = values[i];
            values[i] = kept + Step;
            var (above, upper) = (loss(), values[i]);
            values[i] = kept - Step;
            var difference = (above - loss()) / ((double)upper - values[i]);
            values[i] = kept;
            Assert.True(Math.Abs(difference - gradient[i]) <= 1e-4 * size,
                $"{parameter.Name}[{i}]: backward says {gradient[i]}, the difference {difference}");
        }
    }
}
