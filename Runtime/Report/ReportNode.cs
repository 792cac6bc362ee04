using System.Runtime.InteropServices;
using CompileTime.Inference;
using CompileTime.Quantization;
using CompileTime.Shared;

namespace CompileTime.Reports;

/// <summary>One value of the converted network beside the float network's.</summary>
/// <param name="Index">Of the node in the network before channels were removed.</param>
/// <param name="Node">The operator that gives the value.</param>
/// <param name="Layer">The fused layer that it is; null for the input, and where a value is converted to bytes or back.</param>
/// <param name="Result">The float layer that has the value.</param>
/// <param name="Left">The same operator in the network that ships; null when it is gone.</param>
/// <param name="Statistics">What is measured.</param>
/// <param name="Weight">Its weights; null without any.</param>
internal sealed record ReportNode(int Index, QuantizedNode Node, FusedLayer? Layer, string Result, QuantizedNode? Left,
    LayerStatistics Statistics, WeightStatistics? Weight)
{
    private readonly float[] _real = [.. Enumerable.Range(0, 256).Select(value => QuantizedMath.Dequantize(value, Node.Scale,
        Node.ZeroPoint))];

    /// <summary>Whether the value differs from the one that is read: else there is nothing to show.</summary>
    public bool IsShown => Left is not null && Node.Op is not (QuantizedOp.Flatten or QuantizedOp.Input or QuantizedOp.Dequantize);

    /// <summary>How many channels are left.</summary>
    public int Channels => Left?.Shape.Channels ?? 0;

    /// <summary>What a sample's bytes stand for.</summary>
    public void Dequantize(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (Node.IsFloat)
        {
            MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
            return;
        }

        for (var i = 0; i < bytes.Length; i++)
            values[i] = _real[bytes[i]];
    }
}
