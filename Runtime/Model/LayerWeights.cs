namespace CompileTime;

/// <summary>The numbers of one Linear or Conv2d of a converted network.</summary>
public sealed class LayerWeights
{
    internal LayerWeights(sbyte[] values, float[] scales, float[] bias, int zeroPoint)
    {
        ValuesArray = values;
        ScalesArray = scales;
        BiasArray = bias;
        ZeroPoint = zeroPoint;
    }

    internal LayerWeights(float[] values, float[] bias)
        : this([], [], bias, 0) => FloatArray = values;

    /// <summary>The int8 weight, row-major <c>[out, in]</c> or <c>[out, in / groups, kh, kw]</c>.</summary>
    public ReadOnlySpan<sbyte> Values => ValuesArray;

    /// <summary>One scale per output channel, or a single one for all; none for float32 weights.</summary>
    public ReadOnlySpan<float> Scales => ScalesArray;

    /// <summary>The float32 bias <c>[out]</c>; empty when there is none.</summary>
    public ReadOnlySpan<float> Bias => BiasArray;

    /// <summary>The weight that means zero; 0 but for affine per-tensor weights.</summary>
    public int ZeroPoint { get; }

    /// <summary>The float32 weight of a layer that stays in float32, in the same order; <see cref="Values"/> is empty then.</summary>
    public ReadOnlySpan<float> FloatValues => FloatArray;

    /// <summary>The weights as float32, row-major: int8 weights mean <c>(value - ZeroPoint) * scale</c>.</summary>
    internal float[] ToFloat()
    {
        if (ValuesArray.Length == 0)
            return FloatArray;
        var result = new float[ValuesArray.Length];
        var perScale = result.Length / ScalesArray.Length;
        for (var i = 0; i < result.Length; i++)
            result[i] = Inference.QuantizedMath.Dequantize(ValuesArray[i], ScalesArray[i / perScale], ZeroPoint);
        return result;
    }

    /// <summary>Whether a weight means zero.</summary>
    internal bool IsZero(int index) => ValuesArray.Length == 0 ? FloatArray[index] == 0 : ValuesArray[index] == ZeroPoint;

    internal float[] FloatArray { get; } = [];

    internal sbyte[] ValuesArray { get; }

    internal float[] ScalesArray { get; }

    internal float[] BiasArray { get; }
}
