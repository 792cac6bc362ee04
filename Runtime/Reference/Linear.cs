using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>quantized::linear and quantized::linear_relu.</summary>
internal static class Linear
{
    public static void Run(QuantizedNode node, QuantizedNode input, LayerWeights weights, ReadOnlySpan<byte> x, Span<byte> y)
    {
        for (var o = 0; o < y.Length; o++)
        {
            var row = weights.Values.Slice(o * x.Length, x.Length);
            var sum = 0;
            for (var i = 0; i < row.Length; i++)
                sum += (x[i] - input.ZeroPoint) * (row[i] - weights.ZeroPoint);
            y[o] = new OutputStage(node, input, weights, o).Run(sum);
        }
    }
}
