using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>quantized::conv2d and quantized::conv2d_relu: dense, grouped and depthwise are one loop. Padding contributes nothing.</summary>
internal static class Conv2d
{
    public static void Run(QuantizedNode node, QuantizedNode input, LayerWeights weights, ReadOnlySpan<byte> x, Span<byte> y)
    {
        var outputsPerGroup = node.Shape.Channels / node.Groups;
        var inputsPerGroup = input.Shape.Channels / node.Groups;
        var filter = inputsPerGroup * node.Window!.Taps;
        for (var o = 0; o < node.Shape.Channels; o++)
        {
            var stage = new OutputStage(node, input, weights, o);
            var w = weights.Values.Slice(o * filter, filter);
            var group = x.Slice(o / outputsPerGroup * inputsPerGroup * input.Shape.Positions, inputsPerGroup * input.Shape.Positions);
            var result = y.Slice(o * node.Shape.Positions, node.Shape.Positions);
            for (var row = 0; row < node.Shape.Height; row++)
            {
                for (var column = 0; column < node.Shape.Width; column++)
                    result[(row * node.Shape.Width) + column] = stage.Run(Sum(node.Window, input, weights, group, w, row, column));
            }
        }
    }

    private static int Sum(Window window, QuantizedNode input, LayerWeights weights, ReadOnlySpan<byte> x, ReadOnlySpan<sbyte> w,
        int row, int column)
    {
        var height = input.Shape.Height;
        var width = input.Shape.Width;
        var top = (row * window.StrideHeight) - window.Top;
        var left = (column * window.StrideWidth) - window.Left;
        var sum = 0;
        var tap = 0;
        for (var channel = 0; channel < x.Length; channel += height * width)
        {
            for (var kh = 0; kh < window.KernelHeight; kh++)
            {
                var u = top + (kh * window.DilationHeight);
                for (var kw = 0; kw < window.KernelWidth; kw++, tap++)
                {
                    var v = left + (kw * window.DilationWidth);
                    if ((uint)u < (uint)height && (uint)v < (uint)width)
                        sum += (x[channel + (u * width) + v] - input.ZeroPoint) * (w[tap] - weights.ZeroPoint);
                }
            }
        }

        return sum;
    }
}
