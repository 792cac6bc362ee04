using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>The mean of each channel: AdaptiveAvgPool2d to 1x1.</summary>
internal sealed record GlobalAvgPool2d() : LayerOp("GlobalAvgPool2d", "global_avg_pool2d")
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        layer.NeedsImage();
        return layer.Done(new LoweredLayer(layer, LayerKind.AdaptiveAvgPool2d, Shape.Image(layer.Shape.Channels, 1, 1)));
    }
}
