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
        return Quantize(weight, bias, observer.Calculate());
    }

    /// <summary>With one scale per output channel, or a single one.</summary>
    public static LayerWeights Quantize(float[] weight, float[] bias, QParams[] qparams)
    {
        var values = new sbyte[weight.Length];
        var filter = weight.Length / qparams.Length;
        for (var i = 0; i < values.Length; i++)
        {
            var (scale, zeroPoint) = qparams[i / filter];
            values[i] = QuantizedMath.QuantizeSigned(weight[i], 1f / scale, zeroPoint);
        }

        return new LayerWeights(values, Array.ConvertAll(qparams, found => found.Scale), bias, qparams[0].ZeroPoint);
    }
}
