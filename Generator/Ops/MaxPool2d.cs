using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>The largest value of each window.</summary>
internal sealed record MaxPool2d() : LayerOp("MaxPool2d", "max_pool2d")
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        layer.NeedsImage();
        var ceilMode = layer.Arguments.Bool("CeilMode", false);
        return WindowReader.ReadPool(layer) is { } window
            && WindowReader.OutputShape(layer, window, layer.Shape.Channels, ceilMode) is { } output
            ? layer.Done(new LoweredLayer(layer, LayerKind.MaxPool2d, output) { Window = window, CeilMode = ceilMode })
            : null;
    }
}
