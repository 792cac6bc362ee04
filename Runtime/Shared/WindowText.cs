using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>A <see cref="Window"/> as key=value pairs; the same in definitions and in manifests.</summary>
internal static class WindowText
{
    public static IEnumerable<(string Key, string Value)> Write(Window window, bool dilation)
    {
        yield return ("kernel", Pair(window.KernelHeight, window.KernelWidth));
        yield return ("stride", Pair(window.StrideHeight, window.StrideWidth));
        yield return ("padding", string.Join(",", Numbers.Text(window.Top), Numbers.Text(window.Left), Numbers.Text(window.Bottom),
            Numbers.Text(window.Right)));
        if (dilation)
            yield return ("dilation", Pair(window.DilationHeight, window.DilationWidth));
    }

    public static Window Read(TextLine line, bool dilation)
    {
        var kernel = line.Ints("kernel", 'x', 2);
        var stride = line.Ints("stride", 'x', 2);
        var padding = line.Ints("padding", ',', 4);
        var dilations = dilation ? line.Ints("dilation", 'x', 2) : [1, 1];
        var window = new Window(kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1], padding[2], padding[3],
            dilations[0], dilations[1]);
        if (!window.IsValid)
            line.Fail(1, "kernel, stride and dilation must be at least 1, padding at least 0");
        return window;
    }

    private static string Pair(int height, int width) => Numbers.Text(height) + "x" + Numbers.Text(width);
}
