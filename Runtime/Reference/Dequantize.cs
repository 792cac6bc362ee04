using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>The last step: bytes to float32, then softmax where the network ends in one.</summary>
internal static class Dequantize
{
    public static void Run(QuantizedNetwork network, ReadOnlySpan<byte> x, Span<float> y)
    {
        var node = network.Output;
        for (var i = 0; i < x.Length; i++)
            y[i] = QuantizedMath.Dequantize(x[i], node.Scale, node.ZeroPoint);
        if (network.Softmax)
            SoftmaxFloat.Run(y, node.Shape.Channels);
    }
}
