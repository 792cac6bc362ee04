using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>max(x, 0).</summary>
internal sealed record ReLU() : LayerOp("ReLU", "relu")
{
    public override LoweredLayer? Lower(LayerContext layer) => layer.Done(new LoweredLayer(layer, LayerKind.ReLU, layer.Shape));
}
