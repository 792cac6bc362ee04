using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>
/// quantized::cat along the channels. The channels_last kernel copies inputs that have the result's qparams and takes whole groups of
/// eight channels with a fused multiply-add; the contiguous one dequantizes and quantizes everything.
/// </summary>
internal static class Concat
{
    public static void Run(QuantizedNetwork network, QuantizedNode node, byte[][] values, Span<byte> y)
    {
        var start = 0;
        for (var i = 0; i < node.Inputs.Count; i++)
        {
            var input = network.Nodes[node.Inputs[i]];
            Copy(node, input, ConcatLayout.VectorChannels(network, node, i), values[node.Inputs[i]], y.Slice(start, input.Shape.Elements));
            start += input.Shape.Elements;
        }
    }

    /// <summary>One input; <paramref name="vectorChannels"/> of its channels are vectorized (<see cref="ConcatLayout"/>).</summary>
    public static void Copy(QuantizedNode node, QuantizedNode input, int vectorChannels, ReadOnlySpan<byte> x, Span<byte> y)
    {
        if (node.Format == MemoryFormat.ChannelsLast && input.Scale.Equals(node.Scale) && input.ZeroPoint == node.ZeroPoint)
        {
            x.CopyTo(y);
            return;
        }

        var inverse = 1f / node.Scale;
        var offset = QuantizedMath.FusedOffset(input.Scale, input.ZeroPoint);
        var fused = vectorChannels * input.Shape.Positions;
        for (var i = 0; i < x.Length; i++)
        {
            var value = i < fused
                ? QuantizedMath.DequantizeFused(x[i], input.Scale, offset)
                : QuantizedMath.Dequantize(x[i], input.Scale, input.ZeroPoint);
            y[i] = QuantizedMath.Quantize(value, inverse, node.ZeroPoint);
        }
    }
}
