using CompileTime.Inference;

namespace CompileTime.Tests.Reference;

public sealed class QuantizedMathTests
{
    [Theory]
    [InlineData(0.5f, 0)]
    [InlineData(1.5f, 2)]
    [InlineData(-2.5f, -2)]
    [InlineData(2147483520f, 2147483520)]
    [InlineData(2147483648f, int.MinValue)]
    [InlineData(-2147483648f, int.MinValue)]
    [InlineData(-1e30f, int.MinValue)]
    [InlineData(float.PositiveInfinity, int.MinValue)]
    [InlineData(float.NaN, int.MinValue)]
    public void Rounding_is_cvtps2dq(float value, int expected) => Assert.Equal(expected, QuantizedMath.RoundToInt32(value));

    [Theory]
    [InlineData(float.NaN, 255)]
    [InlineData(float.PositiveInfinity, 255)]
    [InlineData(1e30f, 255)]
    [InlineData(2147483520f, 255)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(-1e30f, 0)]
    public void Quantize_clamps_whatever_comes(float value, byte expected)
    {
        foreach (var zeroPoint in new[] { 0, 127, 128, 255 })
            Assert.Equal(expected, QuantizedMath.Quantize(value, 1f, zeroPoint));
        Assert.Equal((sbyte)(expected - 128), QuantizedMath.QuantizeSigned(value, 1f, 0));
    }

    [Fact]
    public void A_sum_beyond_int32_becomes_the_smallest_byte()
    {
        // As the instruction does: not the largest, which a saturating cast would give.
        Assert.Equal(0, QuantizedMath.RequantizePerChannel(1 << 30, 0, 4f, 10, relu: false));
        Assert.Equal(10, QuantizedMath.RequantizePerChannel(1 << 30, 0, 4f, 10, relu: true));
        Assert.Equal(255, QuantizedMath.RequantizePerChannel(1 << 30, 0, 1.5f, 10, relu: false));
        Assert.Equal(0, QuantizedMath.RequantizePerTensor(1 << 30, 1f, float.PositiveInfinity, 1f, 10, relu: false));
        Assert.Equal(0, QuantizedMath.RequantizePerChannel(0, float.NaN, 1f, 10, relu: false));
    }

    [Fact]
    public void The_bias_is_rounded_twice_per_channel_and_once_per_tensor()
    {
        // Random numbers, until the two ways fall on either side of a tie of the multiplied sum.
        var random = new Random(3);
        for (var attempt = 0; attempt < 100_000_000; attempt++)
        {
            var accumulator = random.Next(1, 1000);
            var (bias, reciprocal) = ((float)random.NextDouble(), (float)(random.NextDouble() * 1000));
            var product = bias * reciprocal;
            var (once, twice) = ((float)(accumulator + ((double)bias * reciprocal)), accumulator + product);
            var multiplier = 100.5f / once;
            if (once == twice || MathF.Round(once * multiplier) == MathF.Round(twice * multiplier))
                continue;
            Assert.Equal((byte)MathF.Round(once * multiplier),
                QuantizedMath.RequantizePerTensor(accumulator, bias, reciprocal, multiplier, 0, relu: false));
            Assert.Equal((byte)MathF.Round(twice * multiplier),
                QuantizedMath.RequantizePerChannel(accumulator, product, multiplier, 0, relu: false));
            return;
        }

        Assert.Fail("No such numbers were found.");
    }

    [Fact]
    public void Softmax_sums_to_one_at_every_position()
    {
        float[] values = [1, 1000, 2, -1000, 3, 999];
        SoftmaxFloat.Run(values, channels: 3);
        Assert.Equal(1f, values[0] + values[2] + values[4], 1e-6f);
        Assert.Equal(1f, values[1] + values[3] + values[5], 1e-6f);
        Assert.Equal(0f, values[3]);
        Assert.True(values[4] > values[2] && values[2] > values[0]);
    }
}
