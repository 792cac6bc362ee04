using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference.Floats;

/// <summary>
/// Conv2d of float values, and Linear as the convolution of one position: the bias, then the products in the order of the weights, padding
/// like any other input.
/// </summary>
internal static class FloatConv2d
{
    public static void Run(QuantizedNode node, QuantizedNode input, LayerWeights weights, ReadOnlySpan<float> x, Span<float> y)
    {
        var values = weights.ToFloat();
        var window = node.Window ?? new Window(1, 1);
        var terms = values.Length / node.Shape.Channels;
        for (var o = 0; o < node.Shape.Channels; o++)
        {
            var row = values.AsSpan(o * terms, terms);
            var firstChannel = o / (node.Shape.Channels / node.Groups) * (terms / window.Taps);
            for (var position = 0; position < node.Shape.Positions; position++)
            {
                var sum = weights.Bias.Length == 0 ? 0 : weights.Bias[o];
                for (var i = 0; i < terms; i++)
                {
                    var tap = i % window.Taps;
                    var h = (position / node.Shape.Width * window.StrideHeight) - window.Top
                        + (tap / window.KernelWidth * window.DilationHeight);
                    var w = (position % node.Shape.Width * window.StrideWidth) - window.Left
                        + (tap % window.KernelWidth * window.DilationWidth);
                    var isInside = (uint)h < (uint)input.Shape.Height && (uint)w < (uint)input.Shape.Width;
                    var plane = (firstChannel + (i / window.Taps)) * input.Shape.Positions;
                    var value = isInside ? x[plane + (h * input.Shape.Width) + w] : 0;
                    sum = MathF.FusedMultiplyAdd(value, row[i], sum);
                }

                y[(o * node.Shape.Positions) + position] = node.Relu ? FloatMath.ReLU(sum) : sum;
            }
        }
    }
}
