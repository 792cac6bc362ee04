using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>min(max(x, 0), 6).</summary>
internal sealed record ReLU6() : LayerOp("ReLU6", "relu6")
{
    public override LoweredLayer? Lower(LayerContext layer) => layer.Done(new LoweredLayer(layer, LayerKind.ReLU6, layer.Shape));
}
