using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>torch.nn.functional.max_pool2d: on bytes, as the scale is positive. Padding never wins.</summary>
internal static class MaxPool2d
{
    public static void Run(QuantizedNode node, QuantizedNode input, ReadOnlySpan<byte> x, Span<byte> y)
    {
        var window = node.Window!;
        var index = 0;
        for (var c = 0; c < node.Shape.Channels; c++)
        {
            var plane = x.Slice(c * input.Shape.Positions, input.Shape.Positions);
            for (var row = 0; row < node.Shape.Height; row++)
            {
                for (var column = 0; column < node.Shape.Width; column++)
                    y[index++] = Max(window, input.Shape, plane, row, column);
            }
        }
    }

    private static byte Max(Window window, Shape shape, ReadOnlySpan<byte> plane, int row, int column)
    {
        var max = byte.MinValue;
        for (var kh = 0; kh < window.KernelHeight; kh++)
        {
            var h = (row * window.StrideHeight) - window.Top + (kh * window.DilationHeight);
            for (var kw = 0; kw < window.KernelWidth; kw++)
            {
                var w = (column * window.StrideWidth) - window.Left + (kw * window.DilationWidth);
                if ((uint)h < (uint)shape.Height && (uint)w < (uint)shape.Width)
                    max = Math.Max(max, plane[(h * shape.Width) + w]);
            }
        }

        return max;
    }
}
