using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>a + b.</summary>
internal sealed record Add() : LayerOp("Add", "add")
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        var (a, b) = (layer.Inputs[0], layer.Inputs[1]);
        if (a.Shape != b.Shape)
            layer.Report("CT1206", "equal shapes", a.Label, a.Shape.ToString(), b.Label, b.Shape.ToString());
        return layer.Done(new LoweredLayer(layer, LayerKind.Add, a.Shape));
    }
}
