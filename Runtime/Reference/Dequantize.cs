using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>Tensor.dequantize: bytes to float32.</summary>
internal static class Dequantize
{
    /// <param name="node">Whose scale and zero point the bytes have.</param>
    /// <param name="x">Its bytes.</param>
    /// <param name="y">Receives the values.</param>
    public static void Run(QuantizedNode node, ReadOnlySpan<byte> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++)
            y[i] = QuantizedMath.Dequantize(x[i], node.Scale, node.ZeroPoint);
    }
}
