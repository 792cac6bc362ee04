using System.Buffers.Binary;
using System.Security.Cryptography;
using CompileTime.Models;
using CompileTime.Models.Coding;
using CompileTime.Shared;
using CsCheck;

namespace CompileTime.Tests.Model;

public sealed class WeightBlobTests
{
    private const int HeaderBytes = 8;

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void What_is_written_is_read(double density)
    {
        var (_, model) = RandomModels.Create(seed: 4, density);
        RandomModels.AssertEqual(model, WeightBlob.Read(model.Network, WeightBlob.Write(model)));
    }

    [Fact]
    public void Any_weight_survives()
    {
        var weight =
            from inputs in Gen.Int[1, 70]
            from outputs in Gen.Int[1, 40]
            from density in Gen.Double[0, 1]
            from largest in Gen.Int[1, 128]
            from zeroPoint in Gen.OneOf(Gen.Const(0), Gen.Int[-128, 127])
            from bias in Gen.Bool
            from seed in Gen.Int
            select RandomModels.Linear(Values(inputs * outputs, density, largest, zeroPoint, seed), inputs, zeroPoint, bias);
        weight.Sample(model => RandomModels.AssertEqual(model, WeightBlob.Read(model.Network, WeightBlob.Write(model))), iter: 600);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-128)]
    [InlineData(127)]
    [InlineData(-5)]
    public void Every_value_survives_at_every_zero_point(int zeroPoint)
    {
        var all = Enumerable.Range(-128, 256).Select(value => (sbyte)value).ToArray();
        RoundTrip(RandomModels.Linear(all, 16, zeroPoint));
        foreach (var value in all)
            RoundTrip(RandomModels.Linear([value], 1, zeroPoint));
    }

    [Fact]
    public void Any_finite_scale_and_bias_survives_exactly()
    {
        float[] extremes = [float.Epsilon, 1e-40f, 1f, 1f, 1f, float.MaxValue, 1.1920929e-07f, 0.1f, MathF.PI];
        float[] biases = [0f, -0f, 0f, 0f, -float.MaxValue, float.Epsilon, -1e-40f, 1f, float.MinValue];
        var model = RandomModels.Linear([1, 0, 0, 2, 3, 0, 0, 0, -4], 1);
        model = new QuantizedModel(model.Network, [null, new LayerWeights(model.Weights[1]!.ValuesArray, extremes, biases, 0)]);
        var read = WeightBlob.Read(model.Network, WeightBlob.Write(model)).Weights[1]!;
        Assert.Equal(extremes.Select(BitConverter.SingleToInt32Bits), read.ScalesArray.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(biases.Select(BitConverter.SingleToInt32Bits), read.BiasArray.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void Float_weights_survive_exactly_and_are_checked()
    {
        var random = new Random(4);
        var values = new float[60];
        for (var i = 0; i < values.Length; i++)
            values[i] = i % 3 == 0 ? 0 : BitConverter.Int32BitsToSingle(random.Next(1 << 30));
        values[1] = -0f;
        var input = new QuantizedNode
        {
            Name = "input", Op = QuantizedOp.Input, Inputs = [], Shape = Shape.Flat(12), IsFloat = true, Scale = 1, ZeroPoint = 0,
            Format = MemoryFormat.Contiguous,
        };
        var layer = input with
        {
            Name = "l", Op = QuantizedOp.Linear, Inputs = [0], Shape = Shape.Flat(5),
            Weight = new WeightInfo([5, 12], IsPerChannel: false, 0, HasBias: true, values.Count(value => value != 0)) { IsFloat = true },
        };
        var network = new QuantizedNetwork { Nodes = [input, layer] };
        var blob = WeightBlob.Write(new QuantizedModel(network, [null, new LayerWeights(values, [1, 2, 3, 4, 5])]));
        var read = WeightBlob.Read(network, blob).Weights[1]!;
        Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), read.FloatValues.ToArray().Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([1f, 2, 3, 4, 5], read.Bias.ToArray());
        for (var length = 0; length < blob.Length; length++)
            Assert.Throws<InvalidDataException>(() => WeightBlob.Read(network, blob.AsSpan(0, length)));
        values[7] = float.NaN;
        Assert.Contains("not a finite number", Assert.Throws<InvalidDataException>(() =>
            new QuantizedModel(network, [null, new LayerWeights(values, [1, 2, 3, 4, 5])])).Message, StringComparison.Ordinal);
        Assert.Contains("takes 60 float32 weights", Assert.Throws<InvalidDataException>(() =>
            new QuantizedModel(network, [null, new LayerWeights(new sbyte[60], [1f], [1, 2, 3, 4, 5], 0)])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_weights_give_the_same_bytes()
    {
        // The bytes are a format: they must not depend on the machine, nor change unless the version does.
        var model = RandomModels.Linear(Values(64 * 48, 0.25, 100, 0, seed: 5), 64);
        var blob = WeightBlob.Write(model);
        Assert.Equal(blob, WeightBlob.Write(model));
        Assert.Equal("24988740d38641df", Convert.ToHexStringLower(SHA256.HashData(blob))[..16]);
    }

    [Fact]
    public void Random_weights_cost_a_byte_each_and_no_more()
    {
        var model = RandomModels.Linear(Values(20_000, 1, 128, 0, seed: 1), 100, zeroPoint: 1, bias: false);
        // 255 values are 19,986 bytes of entropy, of which a sample of that size shows some 20 less.
        Assert.InRange(WeightBlob.Write(model).Length, 19_900, 20_000 + HeaderBytes + 4 + 4 + 4);
    }

    [Fact]
    public void Random_positions_cost_little_more_than_their_entropy()
    {
        const int count = 60_000;
        var values = Values(count, 0.03, 1, 0, seed: 1);
        var model = RandomModels.Linear(values, 200, bias: false);
        var density = model.Network.Nodes[1].Weight!.Density;
        var positions = -count * ((density * Math.Log2(density)) + ((1 - density) * Math.Log2(1 - density)));
        var entropy = (positions + (count * density)) / 8; // a bit of sign for each
        var weights = WeightBlob.Write(model).Length - WeightBlob.Write(RandomModels.Linear(new sbyte[count], 200, bias: false)).Length;
        Assert.InRange(weights, entropy, 1.08 * entropy); // what had to be learnt costs some 70 bytes
    }

    [Theory]
    [InlineData("2:4", 0.43)] // log2(6) of 4 bits for the positions, and the signs
    [InlineData("blocks", 0.17)] // one in eight blocks of 16 x 4, nearly nothing but the signs
    [InlineData("rows", 0.17)]
    public void Patterns_are_recognized(string pattern, double bytesPerWeight)
    {
        const int rows = 128, columns = 512;
        var random = new Random(3);
        var values = new sbyte[rows * columns];
        var rowIsKept = Enumerable.Range(0, rows).Select(_ => random.Next(8) == 0).ToArray();
        var blockIsKept = Enumerable.Range(0, rows / 16 * (columns / 4)).Select(_ => random.Next(8) == 0).ToArray();
        for (var row = 0; row < rows; row++)
        {
            for (var group = 0; group < columns / 4; group++)
            {
                var first = random.Next(4);
                var second = (first + 1 + random.Next(3)) % 4;
                for (var i = 0; i < 4; i++)
                {
                    var isKept = pattern switch
                    {
                        "2:4" => i == first || i == second,
                        "rows" => rowIsKept[row],
                        _ => blockIsKept[(row / 16 * (columns / 4)) + group],
                    };
                    if (isKept)
                        values[(row * columns) + (group * 4) + i] = (sbyte)(random.Next(2) == 0 ? 1 : -1);
                }
            }
        }

        var model = RandomModels.Linear(values, columns, bias: false);
        RoundTrip(model);
        var limit = pattern == "2:4" ? bytesPerWeight : bytesPerWeight / 8;
        Assert.InRange(WeightBlob.Write(model).Length - (4.0 * rows), 0, limit * values.Length);
    }

    [Fact]
    public void The_bytes_of_the_nodes_make_up_the_blob()
    {
        var (_, model) = RandomModels.Create();
        var blob = WeightBlob.Write(model, out var bytes);
        Assert.Equal(model.Weights.Select(weights => weights is not null), bytes.Select(length => length > 0));
        Assert.Equal(blob.Length, bytes.Sum() + HeaderBytes + 4);
    }

    [Fact]
    public void Every_shorter_blob_and_every_longer_one_is_refused()
    {
        var (_, model) = RandomModels.Create();
        var blob = WeightBlob.Write(model);
        for (var length = 0; length < blob.Length; length++)
            Assert.Throws<InvalidDataException>(() => WeightBlob.Read(model.Network, blob.AsSpan(0, length)));
        Assert.Throws<InvalidDataException>(() => WeightBlob.Read(model.Network, [.. blob, 0]));
    }

    [Fact]
    public void Damaged_blobs_are_refused_or_give_a_valid_model()
    {
        // Nearly all are refused: few weights later the stream does not end where it should. For the rest there is the manifest's hash.
        (QuantizedModel Model, byte[] Blob)[] blobs = [.. new[] { 0.05, 0.3, 1.0 }.Select(density =>
        {
            var model = RandomModels.Linear(Values(3000, density, 90, 0, seed: 2), 60);
            return (model, WeightBlob.Write(model));
        })];
        var random = new Random(9);
        var accepted = 0;
        const int rounds = 6000;
        for (var round = 0; round < rounds; round++)
        {
            var (model, blob) = blobs[round % blobs.Length];
            var damaged = Damage(blob, random);
            try
            {
                var read = WeightBlob.Read(model.Network, damaged);
                accepted += damaged.AsSpan().SequenceEqual(blob) ? 0 : 1;
                Assert.Equal(3000, read.Weights[1]!.Values.Length);
            }
            catch (InvalidDataException)
            {
            }
        }

        Assert.InRange(accepted, 0, rounds / 100);
    }

    [Fact]
    public void Any_bytes_are_refused_or_give_a_valid_model()
    {
        var network = RandomModels.Linear(Values(400, 0.3, 90, 3, seed: 2), 20, zeroPoint: 3).Network;
        var header = WeightBlob.Write(RandomModels.Linear([1], 1)).AsSpan(0, HeaderBytes).ToArray();
        Gen.Byte.Array[0, 900].Sample(bytes =>
        {
            try
            {
                WeightBlob.Read(network, [.. header, .. bytes]);
            }
            catch (InvalidDataException)
            {
            }
        }, iter: 4000);
    }

    [Fact]
    public void A_short_blob_cannot_ask_for_much_memory()
    {
        const int outputs = 1 << 14;
        var info = new WeightInfo([outputs, outputs], true, 0, true, 0);
        var small = RandomModels.Linear([0], 1);
        var network = new QuantizedNetwork
        {
            Nodes = [small.Network.Nodes[0], small.Network.Nodes[1] with { Weight = info }],
        };
        var blob = WeightBlob.Write(small);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var problem = Assert.Throws<InvalidDataException>(() => WeightBlob.Read(network, blob));
        Assert.Contains("cannot hold", problem.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void The_limit_of_weights_per_byte_is_never_met_by_what_is_written()
    {
        var values = new sbyte[4_000_000];
        Array.Fill(values, (sbyte)1);
        var zeros = RandomModels.Linear(values, 2000, zeroPoint: 1, bias: false);
        var blob = WeightBlob.Write(zeros);
        Assert.InRange(blob.Length, 4_000_000 / WeightCoder.MaxNumbersPerByte, 4_000_000 / 5000);
        RandomModels.AssertEqual(zeros, WeightBlob.Read(zeros.Network, blob));
    }

    [Fact]
    public void Other_versions_and_other_files_are_named()
    {
        var model = RandomModels.Linear([1, 2], 1);
        var blob = WeightBlob.Write(model);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(4), 1);
        Assert.Contains("version 1", Assert.Throws<InvalidDataException>(() => WeightBlob.Read(model.Network, blob)).Message,
            StringComparison.Ordinal);
        blob[0] ^= 1;
        Assert.Contains("do not start", Assert.Throws<InvalidDataException>(() => WeightBlob.Read(model.Network, blob)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_must_be_those_of_the_network()
    {
        var model = RandomModels.Linear([1, 2, 3, 4], 2);
        var node = model.Weights[1]!;
        Refused(new LayerWeights([1, 2, 3], node.ScalesArray, node.BiasArray, 0));
        Refused(new LayerWeights([1, 2, 3, 0], node.ScalesArray, node.BiasArray, 0));
        Refused(new LayerWeights(node.ValuesArray, [1f], node.BiasArray, 0));
        Refused(new LayerWeights(node.ValuesArray, [1f, 0f], node.BiasArray, 0));
        Refused(new LayerWeights(node.ValuesArray, [1f, float.NaN], node.BiasArray, 0));
        Refused(new LayerWeights(node.ValuesArray, [1f, float.PositiveInfinity], node.BiasArray, 0));
        Refused(new LayerWeights(node.ValuesArray, node.ScalesArray, [0f], 0));
        Refused(new LayerWeights(node.ValuesArray, node.ScalesArray, [0f, float.NaN], 0));
        Refused(new LayerWeights(node.ValuesArray, node.ScalesArray, node.BiasArray, 1));
        Refused(null);
        Assert.Throws<InvalidDataException>(() => new QuantizedModel(model.Network, [null]));

        void Refused(LayerWeights? weights) =>
            Assert.Contains("'l'", Assert.Throws<InvalidDataException>(() => new QuantizedModel(model.Network, [null, weights])).Message,
                StringComparison.Ordinal);
    }

    private static void RoundTrip(QuantizedModel model) =>
        RandomModels.AssertEqual(model, WeightBlob.Read(model.Network, WeightBlob.Write(model)));

    private static sbyte[] Values(int count, double density, int largest, int zeroPoint, int seed)
    {
        var random = new Random(seed);
        var values = new sbyte[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = random.NextDouble() < density
                ? (sbyte)Math.Clamp(random.Next(-largest, largest + 1), -128, 127)
                : (sbyte)zeroPoint;
        }

        return values;
    }

    private static byte[] Damage(byte[] blob, Random random)
    {
        var damaged = blob.ToList();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(HeaderBytes, damaged.Count);
            switch (random.Next(4))
            {
                case 0:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 2:
                    damaged.RemoveAt(at);
                    damaged.Insert(random.Next(HeaderBytes, damaged.Count), (byte)random.Next(256));
                    break;
                default:
                    damaged.RemoveRange(at, Math.Min(damaged.Count - at, random.Next(1, 20)));
                    break;
            }

            if (damaged.Count <= HeaderBytes)
                break;
        }

        return [.. damaged];
    }
}
