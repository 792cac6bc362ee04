using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>The proof that no pair of weights can saturate an int16, and the kernels that rely on it, with bytes up to 255.</summary>
public sealed class SaturationTests
{
    [Fact]
    public void A_pair_saturates_exactly_when_some_two_bytes_leave_int16()
    {
        for (var a = -128; a < 128; a++)
        {
            for (var b = -128; b < 128; b++)
            {
                // The sum is linear in each byte: its extremes are where both are 0 or 255.
                int[] sums = [0, 255 * a, 255 * b, 255 * (a + b)];
                Assert.Equal(sums.Min() < short.MinValue || sums.Max() > short.MaxValue, Saturation.IsPossible((sbyte)a, (sbyte)b));
            }
        }
    }

    [Fact]
    public void A_pair_is_exact_up_to_its_limit_and_no_further()
    {
        for (var a = -128; a < 128; a++)
        {
            for (var b = -128; b < 128; b++)
            {
                var limit = Saturation.Limit([(sbyte)a, (sbyte)b]);
                Assert.InRange(limit, 128, 255);
                Assert.True(Fits(limit));
                Assert.True(limit == 255 || !Fits(limit + 1));
                bool Fits(int most) => new[] { most * a, most * b, most * (a + b) }.All(sum => sum is >= short.MinValue and <= short.MaxValue);
            }
        }
    }

    [Fact]
    public void A_sum_that_begins_with_its_offset_ends_in_int16_up_to_its_limit()
    {
        var random = new Random(4);
        for (var round = 0; round < 20_000; round++)
        {
            var weights = new sbyte[random.Next(1, 9)];
            var (least, most) = round % 3 == 0 ? (-128, 128) : round % 3 == 1 ? (100, 128) : (-128, -90);
            for (var i = 0; i < weights.Length; i++)
                weights[i] = (sbyte)random.Next(least, most);
            var (offset, limit) = Saturation.Offset(weights);
            var (positive, negative) = (weights.Where(weight => weight > 0).Sum(weight => weight), weights.Where(weight => weight < 0).Sum(weight => weight));
            Assert.InRange(offset + (limit * positive), short.MinValue, short.MaxValue);
            Assert.InRange(offset + (limit * negative), short.MinValue, short.MaxValue);
            // No offset would do for more: the sums span 2^16 values and no more.
            Assert.True(limit == 255 || (limit + 2) * (positive - negative) > ushort.MaxValue);
            // Four weights fit whatever they are, but for -128 four times.
            Assert.True(weights.Length > 4 || limit >= 127);
            Assert.True(weights.Length > 4 || limit >= 128 || weights.Contains((sbyte)-128));
        }
    }

    [Theory]
    [InlineData(127)] // nine weights of 127: the ninth cannot be added to the four before it
    [InlineData(-127)]
    [InlineData(60)] // it can
    [InlineData(-128)]
    public void Depthwise_kernels_are_exact_whether_taps_are_merged_or_not(int weight)
    {
        foreach (var taps in (int[])[1, 2, 3, 5])
        {
            var model = Depthwise(weight, taps);
            var builder = new EngineBuilder();
            builder.Add("Depthwise", model);
            var (expected, actual) = (new float[model.OutputLength], new float[model.OutputLength]);
            var sample = new float[model.InputLength];
            foreach (var set in EngineBuilder.InstructionSetsHere)
            {
                var engine = builder.Create("Depthwise", set);
                foreach (var largest in (int[])[100, 127, 128, 129, 255])
                {
                    for (var i = 0; i < sample.Length; i++)
                        sample[i] = i % 7 == 0 ? largest - (i % 3) : largest;
                    Interpreter.Run(model, sample, expected);
                    engine.Predict(sample, actual);
                    Assert.Equal(expected, actual);
                }
            }
        }
    }

    [Fact]
    public unsafe void The_packed_weights_tell_up_to_which_byte_the_fast_kernel_is_exact()
    {
        // Three inputs, the third beside the padding's 0: the most of one sign are -128 and -1 of the third row.
        var weights = new LayerWeights([65, 64, 127, 64, 64, 1, -128, -1, 0], [1f], [], 0);
        foreach (var lanes in (int[])[8, 16])
        {
            var packer = new Packer(new NetworkData([1f, 1f], [0, 0], [false, false], [null, weights]));
            packer.Dense(1, 0, 3, 1, 3, 1, 1, false, 0, 0, 1, lanes, 1, 1, false);
            Assert.Equal(32767 / 129, ((NodeHeader*)packer.Finish().Pointer)[1].FastLimit);
        }

        // Only what is not zero is packed, so other weights are neighbours: the largest and the smallest, 127 and 64, and 65 alone.
        var sparse = new Packer(new NetworkData([1f, 1f], [0, 0], [false, false], [null, new LayerWeights([65, 0, 127, 64], [1f], [], 0)]));
        sparse.Sparse(1, 0, 1, 4, 1, wholeBytes: false);
        Assert.Equal(32767 / 191, ((NodeHeader*)sparse.Finish().Pointer)[1].FastLimit);
    }

    [Fact]
    public unsafe void A_sparse_kernel_pairs_weights_so_that_no_byte_saturates_where_large_ones_are_the_rule()
    {
        var random = new Random(3);
        var values = new sbyte[40 * 400];
        for (var i = 0; i < values.Length; i++)
            values[i] = (sbyte)(random.Next(10) == 0 ? random.Next(-128, 128) : 0);
        foreach (var wholeBytes in (bool[])[false, true])
        {
            var sparse = new Packer(new NetworkData([1f, 1f], [0, 0], [false, false], [null, new LayerWeights(values, [1f], [], 0)]));
            sparse.Sparse(1, 0, 40, 400, 1, wholeBytes);
            var limit = ((NodeHeader*)sparse.Finish().Pointer)[1].FastLimit;
            Assert.InRange(limit, wholeBytes ? 255 : 128, wholeBytes ? 255 : 254);
        }
    }

    [Theory]
    [InlineData(64, "Qnnpack", "Activations span 0..255; no pair of weights could saturate an int16: fast kernel.")]
    [InlineData(65, "Qnnpack", "Activations span 0..255; 120 pairs of weights could saturate: wide kernel.")]
    [InlineData(64, "Fbgemm", "but for the few beyond the calibrated range; no pair of weights could saturate an int16: fast kernel.")]
    [InlineData(65, "Fbgemm", "120 pairs of weights could saturate: wide kernel for rows with such, fast kernel for all others.")]
    public void Bytes_up_to_255_are_summed_exactly_and_the_code_says_by_which_kernel(int weight, string backend, string told)
    {
        const int Inputs = 12;
        const int Outputs = 20;
        var values = new sbyte[Inputs * Outputs];
        for (var i = 0; i < values.Length; i++)
            values[i] = (sbyte)((i / Inputs % 2 == 0 ? 1 : -1) * weight);
        var weights = new LayerWeights(values, [.. Enumerable.Repeat(1 / 4096f, Outputs)], [], 0);
        var input = new QuantizedNode
        {
            Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = Shape.Flat(Inputs), Scale = 1, ZeroPoint = 0,
            Format = MemoryFormat.Contiguous,
        };
        var layer = input with
        {
            Name = "l", Op = QuantizedOp.Linear, Inputs = [0], Shape = Shape.Flat(Outputs), ZeroPoint = 128,
            Weight = new WeightInfo([Outputs, Inputs], true, 0, false, values.Length),
        };
        var model = new QuantizedModel(new QuantizedNetwork { Nodes = [input, layer] }, [null, weights]);
        var builder = new EngineBuilder();
        builder.Add("Net", model, backend: backend);
        Assert.Contains(told, builder.Source("Net"), StringComparison.Ordinal);
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            foreach (var value in (float[])[0, 127, 128, 129, 252, 253, 255])
            {
                var (expected, actual) = (new float[Outputs], new float[Outputs]);
                float[] sample = [.. Enumerable.Repeat(value, Inputs)];
                Interpreter.Run(model, sample, expected);
                builder.Create("Net", set).Predict(sample, actual);
                Assert.Equal(expected, actual);
                Assert.Equal(MathF.Round(Inputs * value * weight / 4096), actual[0]); // far from a tie
            }
        }
    }

    // 64 channels with one weight everywhere, and six, of another chunk, whose taps can always be merged.
    private static QuantizedModel Depthwise(int weight, int kernel)
    {
        const int Channels = 70;
        var taps = kernel * kernel;
        var values = new sbyte[Channels * taps];
        for (var i = 0; i < values.Length; i++)
            values[i] = (sbyte)(i / taps < 64 ? weight : i % 2 == 0 ? 3 : -3);
        var input = new QuantizedNode
        {
            Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = Shape.Image(Channels, kernel + 1, kernel + 2), Scale = 1, ZeroPoint = 0,
            Format = MemoryFormat.Contiguous,
        };
        var layer = input with
        {
            Name = "l", Op = QuantizedOp.Conv2d, Inputs = [0], Shape = Shape.Image(Channels, 2, 3), ZeroPoint = 128,
            Window = new Window(kernel, kernel), Groups = Channels, Scale = taps * 255f,
            Weight = new WeightInfo([Channels, 1, kernel, kernel], true, 0, false, values.Length),
        };
        return new QuantizedModel(new QuantizedNetwork { Nodes = [input, layer] },
            [null, new LayerWeights(values, [.. Enumerable.Repeat(1f, Channels)], [], 0)]);
    }
}
