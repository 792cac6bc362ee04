using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Quantization;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Tests.Quantization;
using CompileTime.Tests.Training;
using CompileTime.Training;

namespace CompileTime.Tests.Reference;

/// <summary>What stays in float32 after conversion, and what is quantized in every call.</summary>
public sealed class FloatOperatorTests
{
    // The trainer adds in another order: sums of some 100 terms of size up to 10.
    private const double Tolerance = 2e-5;

    public static TheoryData<string> Layers => LayerCases.NamesOf(kind =>
        kind is not (LayerKind.BatchNorm or LayerKind.Dropout or LayerKind.Softmax));

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_that_stays_in_float32_computes_what_the_trainer_does(string name)
    {
        var network = LayerCases.All[name].Network();
        foreach (var parameter in network.Parameters)
            LayerCases.Uniform(parameter.Value.Length, parameter.Name.Length).CopyTo(parameter.Value, 0);
        Compare(network, LayerCases.Spread(network.Input.Elements, 3));
    }

    [Fact]
    public void So_does_a_whole_graph()
    {
        var network = new FloatNetwork(Networks.Definition(Networks.Graph), seed: 4);
        Compare(network, LayerCases.Uniform(network.Input.Elements, 6));
    }

    private static void Compare(FloatNetwork network, float[] input)
    {
        var calibration = new Calibration(Fusion.Run(network), QuantizeRule.Float);
        Assert.False(calibration.NeedsSamples);
        var model = Converter.Run(calibration);
        Assert.All(model.Network.Nodes, node => Assert.True(node.IsFloat));
        var (expected, actual) = (network.Forward(input, 1).ToArray(), new float[model.OutputLength]);
        Interpreter.Run(model, input, actual);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], Tolerance * Math.Max(1, Math.Abs(expected[i])));
    }

    [Theory]
    [InlineData(-1, 3, true, 4 / 127.0, 32)]         // 31.75 from either end
    [InlineData(-1, 3, false, 4 / 255.0, 64)]        // 63.75
    [InlineData(0, 12.7, true, 0.1, 0)]
    [InlineData(2, 12.7, true, 0.1, 0)]              // the range always has zero in it
    [InlineData(-12.7, 0, true, 0.1, 127)]
    [InlineData(0, 0, true, 0.1, 0)]                 // nothing to measure
    [InlineData(0, 1e-4, false, 6.1e-5, 0)]          // no scale is smaller
    [InlineData(-1e-4, 0, false, 6.1e-5, 255)]
    [InlineData(-1e-4, 3e-4, true, 6.1e-5, 32)]      // 31.75: widened on both sides alike
    public void Dynamic_scales_are_those_of_ATen(double min, double max, bool reduceRange, double scale, int zeroPoint)
    {
        var (found, zero) = DynamicQuantization.Choose((float)min, (float)max, reduceRange);
        Assert.Equal((float)scale, found, 1e-6f * (float)scale);
        Assert.Equal(zeroPoint, zero);
    }

    [Fact]
    public void Dynamic_linear_is_exact_where_its_input_is_on_the_grid()
    {
        // The range 0..127 has scale 1: the bytes are the values, and a sum of integers times 0.5 is exact.
        var input = new QuantizedNode
        {
            Name = "input", Op = QuantizedOp.Input, Inputs = [], Shape = Shape.Flat(4), IsFloat = true, Scale = 1, ZeroPoint = 0,
            Format = MemoryFormat.Contiguous,
        };
        var layer = input with
        {
            Name = "l", Op = QuantizedOp.DynamicLinear, Inputs = [0], Shape = Shape.Flat(2), ReduceRange = true, Relu = true,
            Weight = new WeightInfo([2, 4], IsPerChannel: true, 0, HasBias: true, 8),
        };
        var model = new QuantizedModel(new QuantizedNetwork { Nodes = [input, layer] },
            [null, new LayerWeights([1, 2, -3, 4, -1, -1, -1, -1], [0.5f, 0.25f], [0.125f, 1], 0)]);
        var output = new float[2];
        Interpreter.Run(model, [127, 10, 20, 30], output);
        Assert.Equal([((127 + 20 - 60 + 120) * 0.5f) + 0.125f, 0], output);
    }
}
