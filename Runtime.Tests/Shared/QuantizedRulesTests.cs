using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Tests.Shared;

/// <summary>What would take kernels outside of their memory is refused before anything is allocated.</summary>
public sealed class QuantizedRulesTests
{
    [Fact]
    public void Padding_that_makes_values_too_large_is_refused()
    {
        // The values themselves are tiny: only the border around the input is huge.
        var window = new Window(1, 1, 32768, 32768, 30000, 30000, 30000, 30000);
        var network = Network(Shape.Image(64, 1, 1), Shape.Image(1, window.OutputHeight(1), window.OutputWidth(1)), window, [1, 64, 1, 1]);
        Assert.Null(QuantizedRules.Check(network, 1));
        Assert.Contains("too large", QuantizedRules.CheckMemory(network), StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => new QuantizedModel(network, [null, new LayerWeights(new sbyte[64], [1f], [], 0)]));
    }

    [Fact]
    public void A_weight_that_rounding_up_makes_too_large_is_refused()
    {
        // One output of 2^27 inputs fits; sixteen, which is what a vector of outputs takes, do not.
        var network = Network(Shape.Flat(1 << 27), Shape.Flat(1), null, [1, 1 << 27]);
        Assert.Contains("rounded up", QuantizedRules.Check(network, 1), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_too_large_together_are_refused()
    {
        var nodes = Network(Shape.Flat(1 << 14), Shape.Flat(1 << 14), null, [1 << 14, 1 << 14]).Nodes;
        var network = new QuantizedNetwork { Nodes = [nodes[0], nodes[1], nodes[1], nodes[1], nodes[1]] };
        Assert.Null(QuantizedRules.CheckMemory(network));
        network = new QuantizedNetwork { Nodes = [.. network.Nodes, nodes[1]] };
        Assert.Contains("weights of the network together are too large", QuantizedRules.CheckMemory(network), StringComparison.Ordinal);
    }

    [Fact]
    public void More_operators_than_any_network_has_are_refused()
    {
        var input = Network(Shape.Flat(1), Shape.Flat(1), null, [1, 1]).Nodes[0];
        var network = new QuantizedNetwork { Nodes = [.. Enumerable.Repeat(input, 5000)] };
        Assert.Contains("operators", QuantizedRules.CheckMemory(network), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a float value has scale 1 and zero point 0")]
    [InlineData("its value is float")]
    [InlineData("its value is quantized")]
    [InlineData("it takes float values")]
    [InlineData("it takes quantized values")]
    [InlineData("float weights belong to float layers")]
    [InlineData("weights belong to Linear, DynamicLinear and Conv2d")]
    [InlineData("a float weight has neither scale nor zero point")]
    public void Float_and_quantized_values_are_told_apart(string message)
    {
        var good = Network(Shape.Flat(4), Shape.Flat(2), null, [2, 4]);
        var (input, layer) = (good.Nodes[0], good.Nodes[1]);
        var floats = input with { Op = QuantizedOp.Input, IsFloat = true };
        var (first, second) = message switch
        {
            "a float value has scale 1 and zero point 0" => (floats with { Scale = 2 }, layer),
            "its value is float" => (input, layer with { Op = QuantizedOp.Dequantize, Weight = null }),
            "its value is quantized" => (floats, layer with { Op = QuantizedOp.Quantize, IsFloat = true, Weight = null }),
            "it takes float values" => (input, layer with { Op = QuantizedOp.DynamicLinear, IsFloat = true }),
            "it takes quantized values" => (floats, layer),
            "float weights belong to float layers" => (input, layer with { Weight = layer.Weight! with { IsFloat = true } }),
            "a float weight has neither scale nor zero point" =>
                (floats, layer with { IsFloat = true, Weight = layer.Weight! with { IsFloat = true, ZeroPoint = 3 } }),
            _ => (floats, layer with { Op = QuantizedOp.DynamicLinear, IsFloat = true, Weight = null }),
        };
        var network = new QuantizedNetwork { Nodes = [first, second] };
        Assert.Equal(message, QuantizedRules.Check(network, 0) ?? QuantizedRules.Check(network, 1));
    }

    [Fact]
    public void A_float_weight_is_limited_by_its_bytes()
    {
        // 2^24 outputs of 16 inputs: 2^30 bytes, and biases. As int8 it would do.
        var network = Network(Shape.Flat(16), Shape.Flat(1 << 24), null, [1 << 24, 16]);
        Assert.Null(QuantizedRules.Check(network, 1));
        var layer = network.Nodes[1] with { IsFloat = true };
        network = new QuantizedNetwork { Nodes = [network.Nodes[0] with { Op = QuantizedOp.Input, IsFloat = true }, layer] };
        Assert.Contains("the float weight", QuantizedRules.Check(network, 1), StringComparison.Ordinal);
    }

    private static QuantizedNetwork Network(Shape input, Shape output, Window? window, int[] dimensions) => new()
    {
        Nodes =
        [
            new QuantizedNode
            {
                Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = input, Scale = 1, ZeroPoint = 0,
                Format = MemoryFormat.Contiguous,
            },
            new QuantizedNode
            {
                Name = "op", Op = window is null ? QuantizedOp.Linear : QuantizedOp.Conv2d, Inputs = [0], Shape = output, Scale = 1,
                ZeroPoint = 0,
                Format = MemoryFormat.ChannelsLast, Window = window,
                Weight = new WeightInfo(dimensions, IsPerChannel: false, 0, HasBias: false, 0),
            },
        ],
    };
}
