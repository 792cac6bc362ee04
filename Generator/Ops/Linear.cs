using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>y = xWᵀ + b on a vector.</summary>
internal sealed record Linear() : LayerOp("Linear", "linear", HasWeight: true)
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        layer.NeedsVector();
        var features = layer.AtLeast(1, "OutFeatures", 1);
        if (!layer.IsGood)
            return null;
        layer.CheckGiven("InFeatures", layer.Shape.Channels);
        return layer.Done(new LoweredLayer(layer, LayerKind.Linear, Shape.Flat(features))
        {
            Bias = layer.Arguments.Bool("Bias", true),
            WeightElements = (long)features * layer.Shape.Channels,
        });
    }
}
