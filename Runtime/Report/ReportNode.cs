using CompileTime.Inference;
using CompileTime.Quantization;
using CompileTime.Shared;

namespace CompileTime.Reports;

/// <summary>One value of the converted network beside the float network's.</summary>
/// <param name="Index">Of the node in the network before channels were removed.</param>
/// <param name="Node">The operator that gives the value.</param>
/// <param name="Layer">The fused layer that it is; null for the quantized input.</param>
/// <param name="Left">The same operator in the network that ships; null when it is gone.</param>
/// <param name="Statistics">What is measured.</param>
/// <param name="Weight">Its weights; null without any.</param>
internal sealed record ReportNode(int Index, QuantizedNode Node, FusedLayer? Layer, QuantizedNode? Left, LayerStatistics Statistics,
    WeightStatistics? Weight)
{
    private readonly float[] _real = [.. Enumerable.Range(0, 256).Select(value => QuantizedMath.Dequantize(value, Node.Scale, Node.ZeroPoint))];

    /// <summary>The float layer whose value it is.</summary>
    public string Result => Layer?.Result ?? Node.Name;

    /// <summary>How many channels are left.</summary>
    public int Channels => Left?.Shape.Channels ?? 0;

    /// <summary>What a sample's bytes stand for.</summary>
    public void Dequantize(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (var i = 0; i < bytes.Length; i++)
            values[i] = _real[bytes[i]];
    }
}
