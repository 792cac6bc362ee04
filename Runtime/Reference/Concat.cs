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
        foreach (var index in node.Inputs)
        {
            var input = network.Nodes[index];
            Copy(node, input, values[index], y.Slice(start, input.Shape.Elements));
            start += input.Shape.Elements;
        }
    }

    private static void Copy(QuantizedNode node, QuantizedNode input, ReadOnlySpan<byte> x, Span<byte> y)
    {
        var channelsLast = node.Format == MemoryFormat.ChannelsLast;
        if (channelsLast && input.Scale.Equals(node.Scale) && input.ZeroPoint == node.ZeroPoint)
        {
            x.CopyTo(y);
            return;
        }

        var inverse = 1f / node.Scale;
        var offset = QuantizedMath.FusedOffset(input.Scale, input.ZeroPoint);
        var fused = channelsLast ? input.Shape.Channels / 8 * 8 * input.Shape.Positions : 0;
        for (var i = 0; i < x.Length; i++)
        {
            var value = i < fused
                ? QuantizedMath.DequantizeFused(x[i], input.Scale, offset)
                : QuantizedMath.Dequantize(x[i], input.Scale, input.ZeroPoint);
            y[i] = QuantizedMath.Quantize(value, inverse, node.ZeroPoint);
        }
    }
}
