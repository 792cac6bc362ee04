using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>quantized sigmoid, tanh and the like: dequantize, apply the function in float32, quantize.</summary>
internal static class Table
{
    public static void Run(QuantizedNode node, QuantizedNode input, ReadOnlySpan<byte> x, Span<byte> y)
    {
        var function = ScalarMath.Of(node.Op);
        for (var i = 0; i < x.Length; i++)
        {
            var value = ScalarMath.Run(function, node.Slope, QuantizedMath.Dequantize(x[i], input.Scale, input.ZeroPoint));
            y[i] = QuantizedMath.Quantize(value, 1f / node.Scale, node.ZeroPoint);
        }
    }
}
