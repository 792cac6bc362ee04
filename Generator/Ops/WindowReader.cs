using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>Reads what convolutions and pools say of their windows.</summary>
internal static class WindowReader
{
    private const int Most = 1 << 15;

    /// <summary>Null when a number is out of range.</summary>
    public static Window? Read(LayerContext layer, bool strideIsKernel)
    {
        var square = layer.Arguments.Int("KernelSize", 1);
        var height = layer.Arguments.Int("KernelHeight", square);
        var width = layer.Arguments.Int("KernelWidth", square);
        if (layer.Arguments.Has("KernelHeight"))
        {
            InRange(layer, "the kernel's height", height, 1);
            InRange(layer, "the kernel's width", width, 1);
        }
        else
        {
            InRange(layer, "the kernel's size", square, 1);
        }

        var padding = Sides(layer);
        var dilation = Pair(layer, "Dilation", "Dilations", least: 1, (1, 1));

        // 0, or nothing, stands for the kernel's own size where a pool is meant.
        var stride = strideIsKernel && layer.Arguments.Int("Stride", 0) == 0 && layer.Arguments.Ints("Strides") is null
            ? (height, width)
            : Pair(layer, "Stride", "Strides", least: 1, (1, 1));
        if (!layer.IsGood)
            return null;
        return new Window(height, width, stride.Item1, stride.Item2, padding[0], padding[1], padding[2], padding[3], dilation.Item1,
            dilation.Item2);
    }

    /// <summary>A pool's window: it steps by its own size, and no window may lie in the padding alone.</summary>
    public static Window? ReadPool(LayerContext layer)
    {
        if (Read(layer, strideIsKernel: true) is not { } window)
            return null;
        Half("vertical", window.Top > window.Bottom ? window.Top : window.Bottom, window.KernelHeight);
        Half("horizontal", window.Left > window.Right ? window.Left : window.Right, window.KernelWidth);
        return layer.IsGood ? window : null;

        void Half(string direction, int padding, int kernel)
        {
            if (padding > kernel / 2)
                layer.OutOfRange("the " + direction + " padding", Numbers.Text(padding),
                    "at most half of the window, " + Numbers.Text(kernel / 2));
        }
    }

    /// <summary>Null when the kernel does not fit.</summary>
    public static Shape? OutputShape(LayerContext layer, Window window, int channels, bool ceilMode)
    {
        if (!layer.IsGood)
            return null;
        var input = layer.Shape;
        var (height, width) = (window.OutputHeight(input.Height, ceilMode), window.OutputWidth(input.Width, ceilMode));
        if (height > 0 && width > 0)
            return Shape.Image(channels, height, width);
        layer.Report("CT1204", Size(window.ExtentHeight, window.ExtentWidth), layer.Input.Label, Size(input.Height, input.Width),
            Size(input.Height + window.Top + window.Bottom, input.Width + window.Left + window.Right));
        return null;
    }

    private static string Size(int height, int width) => Numbers.Text(height) + "x" + Numbers.Text(width);

    private static int[] Sides(LayerContext layer)
    {
        var same = layer.Arguments.Int("Padding", 0);
        if (layer.Arguments.Ints("Paddings") is not { } sides)
        {
            InRange(layer, "Padding", same, 0);
            return [same, same, same, same];
        }

        if (layer.Arguments.Has("Padding"))
            layer.Report("CT1202", "Padding", "Paddings");
        foreach (var side in sides)
            InRange(layer, "Paddings", side, 0);
        switch (sides.Count)
        {
            case 2:
                return [sides[0], sides[1], sides[0], sides[1]];
            case 4:
                return [sides[0], sides[1], sides[2], sides[3]];
            default:
                layer.OutOfRange("Paddings", "a list of " + Numbers.Text(sides.Count),
                    "[vertical, horizontal] or [top, left, bottom, right]");
                return [0, 0, 0, 0];
        }
    }

    private static (int, int) Pair(LayerContext layer, string one, string both, int least, (int, int) otherwise)
    {
        if (layer.Arguments.Ints(both) is not { } values)
        {
            var value = layer.Arguments.Int(one, otherwise.Item1);
            InRange(layer, one, value, least);
            return (value, value);
        }

        if (layer.Arguments.Has(one))
            layer.Report("CT1202", one, both);
        foreach (var value in values)
            InRange(layer, both, value, least);
        if (values.Count == 2)
            return (values[0], values[1]);
        layer.OutOfRange(both, "a list of " + Numbers.Text(values.Count), "[rows, columns]");
        return otherwise;
    }

    private static void InRange(LayerContext layer, string name, int value, int least)
    {
        if (value < least || value > Most)
            layer.OutOfRange(name, Numbers.Text(value), "from " + Numbers.Text(least) + " to " + Numbers.Text(Most));
    }
}
