using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>The mean of each window.</summary>
internal sealed record AvgPool2d() : LayerOp("AvgPool2d", "avg_pool2d")
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        layer.NeedsImage();
        var ceilMode = layer.Arguments.Bool("CeilMode", false);
        var divisor = layer.AtLeast(0, "DivisorOverride", 0);
        return WindowReader.ReadPool(layer) is { } window
            && WindowReader.OutputShape(layer, window, layer.Shape.Channels, ceilMode) is { } output
            ? layer.Done(new LoweredLayer(layer, LayerKind.AvgPool2d, output)
            {
                Window = window,
                CeilMode = ceilMode,
                CountIncludePad = layer.Arguments.Bool("CountIncludePad", true),
                DivisorOverride = divisor,
            })
            : null;
    }
}
