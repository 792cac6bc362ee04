using CompileTime.Inference;

namespace CompileTime.Quantization;

/// <summary>Float weights to int8, per channel: what convert does with the weight observer of a qconfig.</summary>
internal static class WeightQuantizer
{
    /// <param name="weight">Row-major.</param>
    /// <param name="shape">Dimensions, the output channels first.</param>
    /// <param name="bias">Stays float32; empty for none.</param>
    /// <param name="observer">Fresh, or one that has been trained with.</param>
    public static LayerWeights Quantize(float[] weight, int[] shape, float[] bias, ObserverBase observer)
    {
        observer.Observe(weight, shape);
        return Quantize(weight, bias, observer.Calculate(), observer.Spec);
    }

    /// <summary>
    /// With one scale per output channel, or a single one. A range smaller than the type's is kept, as by fake quantization and by
    /// quantized_decomposed.quantize_per_channel: the largest weight would otherwise be one step above it.
    /// </summary>
    public static LayerWeights Quantize(float[] weight, float[] bias, QParams[] qparams, QuantizationSpec spec)
    {
        var values = new sbyte[weight.Length];
        var filter = weight.Length / qparams.Length;
        for (var i = 0; i < values.Length; i++)
        {
            var (scale, zeroPoint) = qparams[i / filter];
            values[i] = (sbyte)Math.Clamp(QuantizedMath.QuantizeSigned(weight[i], 1f / scale, zeroPoint), spec.Min, spec.Max);
        }

        return new LayerWeights(values, Array.ConvertAll(qparams, found => found.Scale), bias, qparams[0].ZeroPoint);
    }
}
