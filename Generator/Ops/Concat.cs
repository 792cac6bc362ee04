using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>Values one after the other along the channels.</summary>
internal sealed record Concat() : LayerOp("Concat", "concat")
{
    /// <summary>What makes all but the channels equal; null where it is.</summary>
    public static string? Remedy(Shape one, Shape other) =>
        one.IsFlat != other.IsFlat ? "put Flatten behind the image, or GlobalAvgPool2d and Flatten"
        : one.Height != other.Height || one.Width != other.Width ? "Padding and Stride make heights and widths equal"
        : null;

    public override LoweredLayer? Lower(LayerContext layer)
    {
        if (layer.Inputs.Count < 2)
        {
            layer.OutOfRange("the number of values", Numbers.Text(layer.Inputs.Count), "at least 2");
            return null;
        }

        var first = layer.Input;
        long channels = 0;
        foreach (var input in layer.Inputs)
        {
            channels += input.Shape.Channels;
            if (input.Shape.IsFlat != first.Shape.IsFlat || input.Shape.Height != first.Shape.Height
                || input.Shape.Width != first.Shape.Width)
            {
                layer.Report("CT1206", "shapes that differ in their channels only", first.Label, first.Shape.ToString(), input.Label,
                    input.Shape.ToString(), Remedy(first.Shape, input.Shape)!);
                return null;
            }
        }

        // Beyond an int the shape is not valid in any case; it is only shown.
        var sum = channels > int.MaxValue ? int.MaxValue : (int)channels;
        return layer.Done(new LoweredLayer(layer, LayerKind.Concat,
            first.Shape.IsFlat ? Shape.Flat(sum) : Shape.Image(sum, first.Shape.Height, first.Shape.Width)));
    }
}
