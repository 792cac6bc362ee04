using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>Normalization per channel; the shape stays.</summary>
internal sealed record BatchNorm() : LayerOp("BatchNorm", "batch_norm")
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        var epsilon = layer.Arguments.Double("Eps", 1e-5);
        var momentum = layer.Arguments.Double("Momentum", 0.1);
        if (!(epsilon > 0 && epsilon <= double.MaxValue))
            layer.OutOfRange("Eps", Numbers.Text(epsilon), "a positive number such as 1e-5");
        if (!(momentum is >= 0 and <= 1))
            layer.OutOfRange("Momentum", Numbers.Text(momentum), "from 0 to 1");
        return layer.Done(new LoweredLayer(layer, LayerKind.BatchNorm, layer.Shape) { Epsilon = epsilon, Momentum = momentum });
    }
}
