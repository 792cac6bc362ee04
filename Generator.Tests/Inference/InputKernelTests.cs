using CompileTime.Generator.Tests.Harness;
using CompileTime.Inference;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// The kernels that quantize and dequantize, against QuantizedMath byte for byte: for every finite value, and with what is not finite at
/// every place. What they read lies beside pages that nobody may touch.
/// </summary>
public sealed unsafe class InputKernelTests
{
    private const int Samples = 64;
    private const float ByteScale = 0.0123f;
    private const float ByteOffset = -1.7f;

    // Ordinary steps, huge ones, tiny ones, with which products overflow, and denormal ones, with which 0 times infinity is NaN.
    private static readonly (float Scale, float Inverse)[] Scales =
        [(1 / 64f, 64), (1e38f, 1e-38f), (1e-38f, 1e38f), (1e-40f, float.PositiveInfinity)];

    private static readonly float[] NotFinite = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    public static TheoryData<int, int, int, int> Images => new()
    {
        { 1, 40, 40, 2 }, // narrow rows with a border, more than are moved apart at a time
        { 1, 1030, 1, 2 },
        { 1, 20, 63, 1 },
        { 1, 5, 64, 2 }, // rows of whole vectors with a border
        { 1, 3, 101, 3 },
        { 1, 9, 31, 0 }, // without one
        { 3, 2, 1100, 2 }, // three channels, more columns than are interleaved at a time
        { 3, 2, 1024 + 5, 0 },
        { 3, 5, 7, 1 }, // fewer than a vector
        { 2, 2, 1100, 1 },
        { 5, 4, 33, 2 },
        { 77, 1, 1, 0 },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void Images_are_quantized_with_channels_last(int channels, int height, int width, int border)
    {
        if (!OperatingSystem.IsLinux())
            return; // the pages are the system's
        var random = new Random(channels + height + width);
        var (count, stride) = (channels * height * width, (width + border) * channels);
        using var memory = new GuardedMemory(sizeof(float) * count);
        foreach (var (header, atEnd) in Headers().SelectMany(header => new[] { (header, true), (header, false) }))
        {
            var values = memory.Span<float>(count, atEnd);
            Fill(values, header.Scale, random);
            Check(values, value => QuantizedMath.Quantize(value, header.InverseScale, header.ZeroPoint), header, isBytes: false);
            var bytes = memory.Span<byte>(count, atEnd);
            random.NextBytes(bytes);
            Check(bytes, value => QuantizedMath.Quantize(QuantizedMath.FromByte(value, ByteScale, ByteOffset),
                header.InverseScale, header.ZeroPoint), header, isBytes: true);
        }

        void Check<T>(Span<T> source, Func<T, byte> quantize, NodeHeader header, bool isBytes)
            where T : unmanaged
        {
            const int Room = 64; // around the value
            var result = new byte[Room + (height * stride) + Room];
            Array.Fill(result, (byte)0xEE);
            fixed (T* from = source)
            fixed (byte* to = result)
            {
                if (isBytes)
                    InputKernels.Quantize(&header, ByteScale, ByteOffset, (byte*)from, to + Room, channels, height, width, stride);
                else
                    Assert.True(InputKernels.Quantize(&header, (float*)from, to + Room, channels, height, width, stride));
            }

            var (expected, actual) = (new byte[count], new byte[count]);
            for (var i = 0; i < count; i++)
            {
                var (channel, y, x) = (i / (height * width), i / width % height, i % width);
                (expected[i], actual[i]) = (quantize(source[i]), result[Room + (y * stride) + (x * channels) + channel]);
            }

            Assert.Equal(expected, actual);
            Assert.All(result[..Room], value => Assert.Equal(0xEE, value));
        }
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void A_value_that_is_not_finite_is_found_wherever_it_is(int channels, int height, int width, int border)
    {
        var stride = (width + border) * channels;
        var (values, result) = (new float[channels * height * width], new byte[(height * stride) + 64]);
        var header = Headers().First();
        fixed (float* from = values)
        fixed (byte* to = result)
        {
            Assert.True(InputKernels.Quantize(&header, from, to, channels, height, width, stride));
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = NotFinite[i % 3];
                Assert.False(InputKernels.Quantize(&header, from, to, channels, height, width, stride), $"{values[i]} at {i}");
                values[i] = 0;
            }
        }
    }

    // Fewer features than a vector has, blocks that overlap, more than are turned at a time.
    public static TheoryData<int> Features => [1, 7, 15, 16, 17, 31, 32, 40, 100, 255, 256, 257, 300];

    [Theory]
    [MemberData(nameof(Features))]
    public void Batches_are_quantized_and_dequantized(int features)
    {
        if (!OperatingSystem.IsLinux())
            return; // the pages are the system's
        var random = new Random(features);
        var count = Samples * features;
        using var numbers = new GuardedMemory(sizeof(float) * count);
        using var quantized = new GuardedMemory(count);
        foreach (var (header, atEnd) in Headers().SelectMany(header => new[] { (header, true), (header, false) }))
        {
            var values = numbers.Span<float>(count, atEnd);
            var bytes = quantized.Span<byte>(count, atEnd);
            var of = header;
            var (expected, actual) = (new float[count], new float[count]);
            Fill(values, header.Scale, random);
            fixed (float* from = values)
            fixed (byte* to = bytes)
                Assert.True(BatchKernels.Quantize(&of, from, to, features));
            for (var i = 0; i < count; i++)
                (expected[i], actual[i]) = (QuantizedMath.Quantize(values[i], header.InverseScale, header.ZeroPoint), bytes[Turned(i)]);
            Assert.Equal(expected, actual);

            random.NextBytes(bytes);
            fixed (float* to = values)
            fixed (byte* from = bytes)
                BatchKernels.Dequantize(&of, from, to, features);
            for (var i = 0; i < count; i++)
                expected[i] = QuantizedMath.Dequantize(bytes[Turned(i)], header.Scale, header.ZeroPoint);
            Assert.Equal(expected, values.ToArray());

            var stored = numbers.Span<byte>(count, atEnd);
            random.NextBytes(stored);
            fixed (byte* from = stored, to = bytes)
                BatchKernels.Quantize(&of, ByteScale, ByteOffset, from, to, features);
            for (var i = 0; i < count; i++)
            {
                var value = QuantizedMath.FromByte(stored[i], ByteScale, ByteOffset);
                (expected[i], actual[i]) = (QuantizedMath.Quantize(value, header.InverseScale, header.ZeroPoint), bytes[Turned(i)]);
            }

            Assert.Equal(expected, actual);
        }

        int Turned(int i) => (i % features * Samples) + (i / features);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(40)]
    [InlineData(257)]
    public void A_value_that_is_not_finite_is_found_wherever_it_is_in_a_batch(int features)
    {
        var (values, result) = (new float[Samples * features], new byte[Samples * features]);
        var header = Headers().First();
        fixed (float* from = values)
        fixed (byte* to = result)
        {
            Assert.True(BatchKernels.Quantize(&header, from, to, features));
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = NotFinite[i % 3];
                Assert.False(BatchKernels.Quantize(&header, from, to, features), $"{values[i]} at {i % features} of sample {i / features}");
                values[i] = 0;
            }
        }
    }

    private static IEnumerable<NodeHeader> Headers() =>
        from scale in Scales
        from zeroPoint in (int[])[7, 0, 128, 255]
        select new NodeHeader { Scale = scale.Scale, InverseScale = scale.Inverse, ZeroPoint = zeroPoint };

    // Ties and what lies between them, and all that is finite but not ordinary.
    private static void Fill(Span<float> values, float scale, Random random)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = random.Next(10) switch
            {
                0 => float.MaxValue,
                1 => -float.MaxValue,
                2 => float.Epsilon,
                3 => -0f,
                4 => 0f,
                5 => 1e-39f,
                6 => (random.Next(-300, 300) + 0.5f) * scale,
                _ => random.Next(-300, 300) * scale * random.NextSingle(),
            };
            values[i] = float.IsFinite(value) ? value : 1;
        }
    }
}
