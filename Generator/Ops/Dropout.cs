using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>Zeroes elements while training.</summary>
internal sealed record Dropout() : LayerOp("Dropout", "dropout")
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        var probability = layer.Arguments.Double("P", 0.5);
        if (!(probability is >= 0 and < 1))
            layer.OutOfRange("p", Numbers.Text(probability), "at least 0 and below 1");
        return layer.Done(new LoweredLayer(layer, LayerKind.Dropout, layer.Shape) { Probability = probability });
    }
}
