using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>
/// What a layer of a declared network must satisfy. The generator's own rules come first and explain more; this is for definitions that
/// are read from text, on which the trainer relies for every size.
/// </summary>
internal static class DefinitionRules
{
    /// <summary>The first thing wrong with the layer, given the shapes of what stands above it; null if nothing is.</summary>
    public static string? Check(LayerDefinition layer, Dictionary<string, Shape> shapes)
    {
        var input = layer.InputShape;
        var inputs = layer.Kind switch { LayerKind.Add => 2, LayerKind.Concat => layer.Inputs.Count, _ => 1 };
        if (layer.Inputs.Count != inputs || (layer.Kind == LayerKind.Concat && inputs < 2))
            return "wrong number of inputs";
        if (layer.Prune is not null && !layer.HasWeight)
            return "only Linear and Conv2d have weights to prune";
        if (layer.Prune?.Dim is { } dim
            && (dim < -(layer.Kind == LayerKind.Linear ? 2 : 4) || dim >= (layer.Kind == LayerKind.Linear ? 2 : 4)))
            return "its weight has no dimension " + Numbers.Text(dim);
        switch (layer.Kind)
        {
            case LayerKind.Linear:
                return !input.IsFlat || !layer.OutputShape.IsFlat ? "Linear takes and gives flat features"
                    : (long)input.Channels * layer.OutputShape.Channels > Shape.MaxElements ? "the weight is too large"
                    : CheckMemory(layer);

            case LayerKind.Conv2d:
                return CheckConv2d(layer);

            case LayerKind.MaxPool2d:
            case LayerKind.AvgPool2d:
                var pool = layer.Window!;
                if (pool.Top > pool.KernelHeight / 2 || pool.Bottom > pool.KernelHeight / 2 || pool.Left > pool.KernelWidth / 2
                    || pool.Right > pool.KernelWidth / 2)
                    return "padding of a pool must be at most half of its kernel";
                return input.IsFlat ? "pooling takes an image"
                    : !pool.AlwaysCovers(input) ? "a window of the pool lies in the padding alone"
                    : layer.DivisorOverride < 0 ? "the divisor must be positive"
                    : Same(layer, Slide(layer, input.Channels));

            case LayerKind.AdaptiveAvgPool2d:
                return input.IsFlat || layer.OutputShape.IsFlat ? "pooling takes an image"
                    : Same(layer, Shape.Image(input.Channels, layer.OutputShape.Height, layer.OutputShape.Width));

            case LayerKind.Add:
                return shapes[layer.Inputs[1]] != input ? "its inputs have different shapes" : Same(layer, input);

            case LayerKind.Concat:
                return CheckConcat(layer, shapes);

            case LayerKind.Flatten:
                return Same(layer, Shape.Flat(input.Elements));

            case LayerKind.BatchNorm:
                return layer.Epsilon < 0 || layer.Momentum is < 0 or > 1 ? "eps must not be negative, momentum lies in 0..1"
                    : Same(layer, input);

            case LayerKind.Dropout:
                return layer.Probability is < 0 or >= 1 ? "the probability must be at least 0 and below 1" : Same(layer, input);

            default:
                return ScalarFunctions.CheckSlope(layer.Slope) ?? Same(layer, input);
        }
    }

    private static string? CheckConv2d(LayerDefinition layer)
    {
        if (layer.InputShape.IsFlat || layer.OutputShape.IsFlat)
            return "Conv2d takes an image";
        if (layer.Groups < 1 || layer.InputShape.Channels % layer.Groups != 0 || layer.OutputShape.Channels % layer.Groups != 0)
            return "groups must divide the channels of input and output";
        var filter = (long)(layer.InputShape.Channels / layer.Groups) * layer.Window!.Taps;
        return filter > Shape.MaxElements || filter * layer.OutputShape.Channels > Shape.MaxElements ? "the weight is too large"
            : Same(layer, Slide(layer, layer.OutputShape.Channels)) ?? CheckMemory(layer);
    }

    private static string? CheckMemory(LayerDefinition layer) =>
        MemoryRules.Check(layer) is { } found ? found.What + " is too large" : null;

    private static string? CheckConcat(LayerDefinition layer, Dictionary<string, Shape> shapes)
    {
        var channels = 0L;
        foreach (var name in layer.Inputs)
        {
            var shape = shapes[name];
            channels += shape.Channels;
            if (shape.IsFlat != layer.InputShape.IsFlat || shape.Height != layer.InputShape.Height || shape.Width != layer.InputShape.Width)
                return "its inputs differ in more than channels";
        }

        var output = layer.OutputShape;
        return channels == output.Channels && output.IsFlat == layer.InputShape.IsFlat && output.Height == layer.InputShape.Height
            && output.Width == layer.InputShape.Width
            ? null
            : "its channels are not the sum of its inputs'";
    }

    private static Shape Slide(LayerDefinition layer, int channels) => Shape.Image(channels,
        layer.Window!.OutputHeight(layer.InputShape.Height, layer.CeilMode),
            layer.Window.OutputWidth(layer.InputShape.Width, layer.CeilMode));

    private static string? Same(LayerDefinition layer, Shape expected) => layer.OutputShape == expected
        ? null
        : "its shape is " + layer.OutputShape + " where " + expected + " follows from its inputs";
}
