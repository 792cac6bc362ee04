using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>exp(x) / sum(exp(x)) over a vector.</summary>
internal sealed record Softmax() : LayerOp("Softmax", "softmax")
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        layer.NeedsVector();
        return layer.Done(new LoweredLayer(layer, LayerKind.Softmax, layer.Shape));
    }
}
