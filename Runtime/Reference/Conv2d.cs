using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>
/// quantized::conv2d and quantized::conv2d_relu: dense, grouped and depthwise are one loop. Padding contributes nothing, and neither
/// does a weight that means zero. Sums are exact, so the order of the loops is free: weight by weight.
/// </summary>
internal static class Conv2d
{
    public static void Run(QuantizedNode node, QuantizedNode input, LayerWeights weights, ReadOnlySpan<byte> x, Span<byte> y)
    {
        var outputsPerGroup = node.Shape.Channels / node.Groups;
        var inputsPerGroup = input.Shape.Channels / node.Groups;
        var filter = inputsPerGroup * node.Window!.Taps;
        var sums = new int[node.Shape.Positions];
        for (var o = 0; o < node.Shape.Channels; o++)
        {
            Array.Clear(sums);
            var group = x.Slice(o / outputsPerGroup * inputsPerGroup * input.Shape.Positions, inputsPerGroup * input.Shape.Positions);
            for (var i = 0; i < filter; i++)
            {
                var weight = weights.Values[(o * filter) + i] - weights.ZeroPoint;
                var plane = group.Slice(i / node.Window.Taps * input.Shape.Positions, input.Shape.Positions);
                if (weight != 0)
                    AddTap(node, input, i % node.Window.Taps, weight, plane, sums);
            }

            var stage = new OutputStage(node, input, weights, o);
            for (var position = 0; position < sums.Length; position++)
                y[(o * sums.Length) + position] = stage.Run(sums[position]);
        }
    }

    /// <summary>Adds what one weight of the kernel contributes to every position.</summary>
    private static void AddTap(QuantizedNode node, QuantizedNode input, int tap, int weight, ReadOnlySpan<byte> plane, Span<int> sums)
    {
        var window = node.Window!;
        var top = (tap / window.KernelWidth * window.DilationHeight) - window.Top;
        var left = (tap % window.KernelWidth * window.DilationWidth) - window.Left;
        var (firstColumn, endColumn) = Inside(left, window.StrideWidth, input.Shape.Width, node.Shape.Width);
        var (firstRow, endRow) = Inside(top, window.StrideHeight, input.Shape.Height, node.Shape.Height);
        var (stride, zeroPoint) = (window.StrideWidth, input.ZeroPoint);
        for (var row = firstRow; row < endRow; row++)
        {
            var from = plane.Slice(((row * window.StrideHeight) + top) * input.Shape.Width, input.Shape.Width);
            var to = sums.Slice(row * node.Shape.Width, node.Shape.Width);
            for (var column = firstColumn; column < endColumn; column++)
                to[column] += (from[(column * stride) + left] - zeroPoint) * weight;
        }
    }

    /// <summary>The outputs for which index * stride + offset lies in the input.</summary>
    private static (int First, int End) Inside(int offset, int stride, int size, int count)
    {
        var first = 0;
        while (first < count && offset + (first * stride) < 0)
            first++;
        var end = count;
        while (end > first && offset + ((end - 1) * stride) >= size)
            end--;
        return (first, end);
    }
}
