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
    public void More_operators_than_any_network_has_are_refused()
    {
        var input = Network(Shape.Flat(1), Shape.Flat(1), null, [1, 1]).Nodes[0];
        var network = new QuantizedNetwork { Nodes = [.. Enumerable.Repeat(input, 5000)] };
        Assert.Contains("operators", QuantizedRules.CheckMemory(network), StringComparison.Ordinal);
    }

    private static QuantizedNetwork Network(Shape input, Shape output, Window? window, int[] dimensions) => new()
    {
        Nodes =
        [
            new QuantizedNode
            {
                Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = input, Scale = 1, ZeroPoint = 0, Format = MemoryFormat.Contiguous,
            },
            new QuantizedNode
            {
                Name = "op", Op = window is null ? QuantizedOp.Linear : QuantizedOp.Conv2d, Inputs = [0], Shape = output, Scale = 1, ZeroPoint = 0,
                Format = MemoryFormat.ChannelsLast, Window = window, Weight = new WeightInfo(dimensions, IsPerChannel: false, 0, HasBias: false, 0),
            },
        ],
    };
}
