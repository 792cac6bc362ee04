using CompileTime.Shared;

namespace CompileTime.Reference.Floats;

/// <summary>Pools of float values: padding never wins a maximum; sums go along the rows and are divided once.</summary>
internal static class FloatPools
{
    public static void Run(QuantizedNode node, QuantizedNode input, ReadOnlySpan<float> x, Span<float> y)
    {
        var index = 0;
        for (var c = 0; c < node.Shape.Channels; c++)
        {
            var plane = x.Slice(c * input.Shape.Positions, input.Shape.Positions);
            for (var row = 0; row < node.Shape.Height; row++)
            {
                for (var column = 0; column < node.Shape.Width; column++)
                {
                    y[index++] = node.Op switch
                    {
                        QuantizedOp.MaxPool2d => Max(node.Window!, input.Shape, plane, row, column),
                        QuantizedOp.AvgPool2d => Average(node, input.Shape, plane, row, column),
                        _ => Adaptive(node.Shape, input.Shape, plane, row, column),
                    };
                }
            }
        }
    }

    private static float Max(Window window, Shape shape, ReadOnlySpan<float> plane, int row, int column)
    {
        var max = float.NegativeInfinity;
        for (var kh = 0; kh < window.KernelHeight; kh++)
        {
            var h = (row * window.StrideHeight) - window.Top + (kh * window.DilationHeight);
            for (var kw = 0; kw < window.KernelWidth; kw++)
            {
                var w = (column * window.StrideWidth) - window.Left + (kw * window.DilationWidth);
                if ((uint)h < (uint)shape.Height && (uint)w < (uint)shape.Width)
                    max = MathF.Max(max, plane[(h * shape.Width) + w]);
            }
        }

        return max;
    }

    private static float Average(QuantizedNode node, Shape shape, ReadOnlySpan<float> plane, int row, int column)
    {
        var window = node.Window!;
        var rows = PoolWindow.Of(row, window.StrideHeight, window.KernelHeight, window.Top, window.Bottom, shape.Height);
        var columns = PoolWindow.Of(column, window.StrideWidth, window.KernelWidth, window.Left, window.Right, shape.Width);
        var divisor = node.DivisorOverride != 0 ? node.DivisorOverride
            : node.CountIncludePad ? rows.PaddedLength * columns.PaddedLength
            : rows.Length * columns.Length;
        return Sum(plane, shape.Width, rows, columns) / divisor;
    }

    private static float Adaptive(Shape output, Shape shape, ReadOnlySpan<float> plane, int row, int column)
    {
        var rows = PoolWindow.Adaptive(row, output.Height, shape.Height);
        var columns = PoolWindow.Adaptive(column, output.Width, shape.Width);
        return Sum(plane, shape.Width, rows, columns) / (rows.Length * columns.Length);
    }

    private static float Sum(ReadOnlySpan<float> plane, int width, PoolWindow rows, PoolWindow columns)
    {
        var sum = 0f;
        for (var h = rows.Start; h < rows.End; h++)
        {
            for (var w = columns.Start; w < columns.End; w++)
                sum += plane[(h * width) + w];
        }

        return sum;
    }
}
