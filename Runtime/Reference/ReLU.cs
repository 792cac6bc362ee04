using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>torch.relu on quint8.</summary>
internal static class ReLU
{
    public static void Run(QuantizedNode node, ReadOnlySpan<byte> x, Span<byte> y)
    {
        for (var i = 0; i < x.Length; i++)
            y[i] = (byte)Math.Max(x[i], node.ZeroPoint);
    }
}
