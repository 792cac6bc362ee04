using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference.Floats;

/// <summary>quantized::linear_dynamic: the input's scale and zero point are those of this very input.</summary>
internal static class DynamicLinear
{
    public static void Run(QuantizedNode node, LayerWeights weights, ReadOnlySpan<float> x, Span<float> y)
    {
        var (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in x)
        {
            min = value < min ? value : min;
            max = value > max ? value : max;
        }

        var (scale, zeroPoint) = DynamicQuantization.Choose(min, max, node.ReduceRange);
        var bytes = new byte[x.Length];
        for (var i = 0; i < x.Length; i++)
            bytes[i] = QuantizedMath.Quantize(x[i], 1f / scale, zeroPoint);
        for (var o = 0; o < y.Length; o++)
        {
            var row = weights.Values.Slice(o * x.Length, x.Length);
            var sum = 0;
            for (var i = 0; i < row.Length; i++)
                sum += (bytes[i] - zeroPoint) * (row[i] - weights.ZeroPoint);
            var unit = Requantization.AccumulatorScale(scale, weights.Scales[weights.Scales.Length == 1 ? 0 : o]);
            var result = MathF.FusedMultiplyAdd(sum, unit, weights.Bias.Length == 0 ? 0 : weights.Bias[o]);
            y[o] = node.Relu ? FloatMath.ReLU(result) : result;
        }
    }
}
