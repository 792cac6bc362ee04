using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>a + b.</summary>
internal sealed record Add() : LayerOp("Add", "add")
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        var (a, b) = (layer.Inputs[0], layer.Inputs[1]);
        if (a.Shape != b.Shape)
            layer.Report("CT1206", "equal shapes", a.Label, a.Shape.ToString(), b.Label, b.Shape.ToString(), Remedy(a.Shape, b));
        return layer.Done(new LoweredLayer(layer, LayerKind.Add, a.Shape));
    }

    private static string Remedy(Shape wanted, Value other)
    {
        if (Concat.Remedy(wanted, other.Shape) is { } remedy)
            return remedy;
        var channels = Numbers.Text(wanted.Channels);
        return "make them equal, for instance by " + (wanted.IsFlat ? "Linear(" + channels + ")" : "Conv2d(" + channels + ", 1)")
            + " behind " + other.Label;
    }
}
