using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>torch.nn.functional.avg_pool2d on quint8, in the two ways PyTorch has of it.</summary>
internal static class AvgPool2d
{
    public static void Run(QuantizedNode node, QuantizedNode input, ReadOnlySpan<byte> x, Span<byte> y)
    {
        var index = 0;
        for (var c = 0; c < node.Shape.Channels; c++)
        {
            var plane = x.Slice(c * input.Shape.Positions, input.Shape.Positions);
            for (var row = 0; row < node.Shape.Height; row++)
            {
                for (var column = 0; column < node.Shape.Width; column++)
                    y[index++] = Mean(node, input.Shape, plane, row, column);
            }
        }
    }

    private static byte Mean(QuantizedNode node, Shape shape, ReadOnlySpan<byte> plane, int row, int column)
    {
        var rows = PoolWindow.Of(row, node.Window!.StrideHeight, node.Window.KernelHeight, node.Window.Top, node.Window.Bottom,
            shape.Height);
        var columns = PoolWindow.Of(column, node.Window.StrideWidth, node.Window.KernelWidth, node.Window.Left, node.Window.Right,
            shape.Width);
        var sum = 0;
        for (var h = rows.Start; h < rows.End; h++)
        {
            for (var w = columns.Start; w < columns.End; w++)
                sum += plane[(h * shape.Width) + w];
        }

        var count = rows.Length * columns.Length;
        var divisor = node.DivisorOverride != 0 ? node.DivisorOverride
            : node.CountIncludePad ? rows.PaddedLength * columns.PaddedLength
            : count;
        var multiplier = PoolMath.AverageMultiplier(divisor);
        return node.Format == MemoryFormat.ChannelsLast
            ? PoolMath.AverageChannelsLast(sum, count, multiplier, node.ZeroPoint)
            : PoolMath.AverageContiguous(sum, count, multiplier, node.ZeroPoint);
    }
}
