using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>torch.quantize_per_tensor to quint8.</summary>
internal static class Quantize
{
    public static void Run(QuantizedNode node, ReadOnlySpan<float> x, Span<byte> y)
    {
        var inverse = 1f / node.Scale;
        for (var i = 0; i < x.Length; i++)
            y[i] = QuantizedMath.Quantize(x[i], inverse, node.ZeroPoint);
    }
}
