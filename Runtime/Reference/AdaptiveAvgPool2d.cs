using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>torch.nn.functional.adaptive_avg_pool2d on quint8, in the two ways PyTorch has of it.</summary>
internal static class AdaptiveAvgPool2d
{
    public static void Run(QuantizedNode node, QuantizedNode input, ReadOnlySpan<byte> x, Span<byte> y)
    {
        var shape = input.Shape;
        var index = 0;
        for (var c = 0; c < node.Shape.Channels; c++)
        {
            var plane = x.Slice(c * shape.Positions, shape.Positions);
            for (var row = 0; row < node.Shape.Height; row++)
            {
                var rows = PoolWindow.Adaptive(row, node.Shape.Height, shape.Height);
                for (var column = 0; column < node.Shape.Width; column++)
                    y[index++] = Mean(node, plane, shape.Width, rows, PoolWindow.Adaptive(column, node.Shape.Width, shape.Width));
            }
        }
    }

    private static byte Mean(QuantizedNode node, ReadOnlySpan<byte> plane, int width, PoolWindow rows, PoolWindow columns)
    {
        var sum = 0;
        for (var h = rows.Start; h < rows.End; h++)
        {
            for (var w = columns.Start; w < columns.End; w++)
                sum += plane[(h * width) + w];
        }

        var count = rows.Length * columns.Length;
        return node.Format == MemoryFormat.ChannelsLast
            ? PoolMath.AverageChannelsLast(sum, count, PoolMath.AdaptiveMultiplier(count), node.ZeroPoint)
            : PoolMath.AdaptiveContiguous(sum, PoolMath.AdaptiveContiguousMultiplier(rows.Length, columns.Length));
    }
}
