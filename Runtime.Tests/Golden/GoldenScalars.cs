using CompileTime.Inference;

namespace CompileTime.Tests.Golden;

/// <summary>The recorded operators that are no layer of a network, by the arithmetic that layers are made of.</summary>
internal static class GoldenScalars
{
    public static void CheckQuantizePerTensor(GoldenCase found)
    {
        var values = found.Tensor("x").Floats;
        var scale = found.Bits("scale_bits");
        Assert.Equal(scale, found.Float("scale"));
        Check(found, values, _ => scale, _ => found.Int("zero_point"));
    }

    public static void CheckQuantizePerChannel(GoldenCase found)
    {
        var x = found.Tensor("x");
        var scales = found.Tensor("scale").Floats;
        var zeroPoints = found.Tensor("zero_point").Ints;
        var axis = found.Int("axis");
        var inner = x.Shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size);
        int Channel(int index) => index / inner % x.Shape[axis];
        Check(found, x.Floats, i => scales[Channel(i)], i => zeroPoints[Channel(i)]);
    }

    public static void CheckClamp(GoldenCase found)
    {
        var (scale, zeroPoint) = (found.Float("x_scale"), found.Int("x_zero_point"));
        var low = QuantizedMath.Quantize(found.Float("min"), 1f / scale, zeroPoint);
        var high = QuantizedMath.Quantize(found.Float("max"), 1f / scale, zeroPoint);
        Assert.Equal(found["expected"].Tensor("y").Bytes, found.Tensor("x").Bytes.Select(value => Math.Clamp(value, low, high)));
    }

    /// <summary>Over height and width, for both memory formats: the float32 mean of dequantized values, quantized.</summary>
    public static void CheckMean(GoldenCase found)
    {
        var x = found.Tensor("x");
        var positions = x.Shape[2] * x.Shape[3];
        var (scale, zeroPoint) = (found.Float("x_scale"), found.Int("x_zero_point"));
        Assert.Equal(scale, found["expected"].Float("y_scale"));
        var means = x.Bytes.Chunk(positions).Select(plane =>
        {
            var mean = (float)plane.Select(value => (double)QuantizedMath.Dequantize(value, scale, zeroPoint)).Average();
            return QuantizedMath.Quantize(mean, 1f / scale, zeroPoint);
        });
        Assert.Equal(found["expected"].Tensor("y").Bytes, means);
    }

    private static void Check(GoldenCase found, float[] values, Func<int, float> scale, Func<int, int> zeroPoint)
    {
        var type = found.Text("dtype");
        var actual = new long[values.Length];
        var dequantized = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var inverse = 1f / scale(i);
            actual[i] = type switch
            {
                "quint8" => QuantizedMath.Quantize(values[i], inverse, zeroPoint(i)),
                "qint8" => QuantizedMath.QuantizeSigned(values[i], inverse, zeroPoint(i)),
                "qint32" => QuantizedMath.RoundToInt32(values[i] * inverse) + (long)zeroPoint(i),
                _ => throw new NotSupportedException($"The type {type} is not known."),
            };
            dequantized[i] = (actual[i] - zeroPoint(i)) * scale(i);
        }

        Assert.Equal(found["expected"].Tensor("y").Integers, actual);
        Assert.Equal(Bits(found["expected"].Tensor("dequantized").Floats), Bits(dequantized));
    }

    private static IEnumerable<int> Bits(float[] values) => values.Select(BitConverter.SingleToInt32Bits);
}
