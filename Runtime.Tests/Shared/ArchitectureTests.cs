using CompileTime.Shared;

namespace CompileTime.Tests.Shared;

public class ArchitectureTests
{
    private static readonly NetworkDefinition s_definition =
        new NetworkText("1x16x16").Conv(9, kernel: 16).MaxPool(new Window(1, 1)).Read();

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(4, 1, false)] // the same weights at 81 positions instead of one
    [InlineData(0, 5, false)] // a pool of 25 taps instead of one
    public void A_network_may_not_compute_more_than_its_class(int padding, int poolKernel, bool isWithin)
    {
        var size = 1 + (2 * padding);
        QuantizedNode Node(string name, QuantizedOp op, int[] inputs, Shape shape) => new()
        {
            Name = name, Op = op, Inputs = inputs, Shape = shape, Scale = 1, ZeroPoint = 0, Format = MemoryFormat.Contiguous,
        };
        var network = new QuantizedNetwork
        {
            Nodes =
            [
                Node("input", QuantizedOp.Quantize, [], Shape.Image(1, 16, 16)),
                Node("conv", QuantizedOp.Conv2d, [0], Shape.Image(9, size, size)) with
                {
                    Weight = new WeightInfo([9, 1, 16, 16], false, 0, false, 9),
                    Window = new Window(16, 16, 1, 1, padding, padding, padding, padding),
                },
                Node("pool", QuantizedOp.MaxPool2d, [1], Shape.Image(9, 1, 1)) with { Window = new Window(poolKernel, poolKernel) },
            ],
        };
        Assert.Equal(isWithin, Architecture.IsWithin(s_definition, network));
    }
}
