using CompileTime.Shared;

namespace CompileTime.Onnx;

/// <summary>
/// Kernels that slide, as ONNX attributes. Ceil mode becomes padding at the end: what ONNX makes of its own flag differs from PyTorch.
/// </summary>
internal static class OnnxWindows
{
    public static IReadOnlyList<OnnxAttribute> Conv(Window window, int groups) =>
        [.. Sliding(window, window.Bottom, window.Right), Dilations(window), OnnxAttribute.Of("group", groups)];

    public static IReadOnlyList<OnnxAttribute> MaxPool(Window window, Shape input, Shape output) =>
        [.. Sliding(window, Bottom(window, input, output), Right(window, input, output)), Dilations(window)];

    /// <exception cref="NotSupportedException">The last windows reach beyond padding that counts, which ONNX cannot say.</exception>
    public static IReadOnlyList<OnnxAttribute> AveragePool(string name, Window window, Shape input, Shape output, bool countIncludePad)
    {
        var (bottom, right) = (Bottom(window, input, output), Right(window, input, output));
        var reaches = bottom > window.Bottom || right > window.Right;
        if (reaches && countIncludePad && window.HasPadding)
        {
            throw new NotSupportedException(
                $"'{name}' cannot be exported: ONNX has no average pool in ceil mode that counts its padding but not what lies beyond it.");
        }

        return [.. Sliding(window, bottom, right), OnnxAttribute.Of("count_include_pad", countIncludePad && !reaches ? 1 : 0)];
    }

    /// <summary>The pool that gives the same windows as an adaptive one.</summary>
    /// <exception cref="NotSupportedException">The windows of the adaptive pool differ in size.</exception>
    public static Window Adaptive(string name, Shape input, Shape output)
    {
        if (input.Height % output.Height != 0 || input.Width % output.Width != 0)
        {
            throw new NotSupportedException(
                $"'{name}' cannot be exported: ONNX has no adaptive pool, and {output} does not divide {input} into equal windows.");
        }

        var (height, width) = (input.Height / output.Height, input.Width / output.Width);
        return new Window(height, width, height, width);
    }

    private static OnnxAttribute[] Sliding(Window window, int bottom, int right) =>
    [
        OnnxAttribute.Of("kernel_shape", window.KernelHeight, window.KernelWidth),
        OnnxAttribute.Of("strides", window.StrideHeight, window.StrideWidth),
        OnnxAttribute.Of("pads", window.Top, window.Left, bottom, right),
    ];

    private static OnnxAttribute Dilations(Window window) => OnnxAttribute.Of("dilations", window.DilationHeight, window.DilationWidth);

    private static int Bottom(Window window, Shape input, Shape output) => Math.Max(window.Bottom,
        ((output.Height - 1) * window.StrideHeight) + window.ExtentHeight - input.Height - window.Top);

    private static int Right(Window window, Shape input, Shape output) => Math.Max(window.Right,
        ((output.Width - 1) * window.StrideWidth) + window.ExtentWidth - input.Width - window.Left);
}
