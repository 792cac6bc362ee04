using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>quantized::relu6: between zero and six, in bytes.</summary>
internal static class ReLU6
{
    public static void Run(QuantizedNode node, ReadOnlySpan<byte> x, Span<byte> y)
    {
        var six = QuantizedMath.Six(1f / node.Scale, node.ZeroPoint);
        for (var i = 0; i < x.Length; i++)
            y[i] = (byte)Math.Min(Math.Max(x[i], node.ZeroPoint), six);
    }
}
