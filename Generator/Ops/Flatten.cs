using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>All elements as one vector.</summary>
internal sealed record Flatten() : LayerOp("Flatten", "flatten")
{
    public override LoweredLayer? Lower(LayerContext layer) =>
        layer.Done(new LoweredLayer(layer, LayerKind.Flatten, Shape.Flat(layer.Shape.Elements)));
}
