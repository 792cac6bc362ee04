using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>The mean over windows that divide the image evenly.</summary>
internal sealed record AdaptiveAvgPool2d() : LayerOp("AdaptiveAvgPool2d", "adaptive_avg_pool2d")
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        layer.NeedsImage();
        var height = layer.AtLeast(1, "OutputHeight", 1);
        var width = layer.AtLeast(1, "OutputWidth", 1);
        if (!layer.IsGood)
            return null;
        var input = layer.Shape;
        if (input.Height % height != 0 || input.Width % width != 0)
        {
            layer.Report("CT1210", Numbers.Text(height) + "x" + Numbers.Text(width), layer.Input.Label,
                Numbers.Text(input.Height) + "x" + Numbers.Text(input.Width));
        }

        return layer.Done(new LoweredLayer(layer, LayerKind.AdaptiveAvgPool2d, Shape.Image(input.Channels, height, width)));
    }
}
