namespace CompileTime;

/// <summary>The numbers of one quantized Linear or Conv2d.</summary>
public sealed class LayerWeights
{
    internal LayerWeights(sbyte[] values, float[] scales, float[] bias, int zeroPoint)
    {
        ValuesArray = values;
        ScalesArray = scales;
        BiasArray = bias;
        ZeroPoint = zeroPoint;
    }

    /// <summary>The int8 weight, row-major <c>[out, in]</c> or <c>[out, in / groups, kh, kw]</c>.</summary>
    public ReadOnlySpan<sbyte> Values => ValuesArray;

    /// <summary>One scale per output channel, or a single one for all.</summary>
    public ReadOnlySpan<float> Scales => ScalesArray;

    /// <summary>The float32 bias <c>[out]</c>; empty when there is none.</summary>
    public ReadOnlySpan<float> Bias => BiasArray;

    /// <summary>The weight that means zero; 0 but for affine per-tensor weights.</summary>
    public int ZeroPoint { get; }

    /// <summary>The weights as float32, row-major: int8 weights mean <c>(value - ZeroPoint) * scale</c>.</summary>
    internal float[] ToFloat()
    {
        var result = new float[ValuesArray.Length];
        var perScale = result.Length / ScalesArray.Length;
        for (var i = 0; i < result.Length; i++)
            result[i] = Inference.QuantizedMath.Dequantize(ValuesArray[i], ScalesArray[i / perScale], ZeroPoint);
        return result;
    }

    internal sbyte[] ValuesArray { get; }

    internal float[] ScalesArray { get; }

    internal float[] BiasArray { get; }
}
