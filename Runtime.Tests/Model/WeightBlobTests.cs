using CompileTime.Models;

namespace CompileTime.Tests.Model;

public sealed class WeightBlobTests
{
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

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Sparse_weights_are_a_mask_and_the_rest(int zeroPoint)
    {
        var values = new sbyte[100];
        Array.Fill(values, (sbyte)zeroPoint);
        values[3] = 1;
        values[99] = -128;
        var model = RandomModels.Linear(values, 10, zeroPoint);
        var blob = WeightBlob.Write(model);

        // 8 of header, 1 encoding, 100 bits, 2 weights, scales, 10 biases
        Assert.Equal(8 + 1 + 13 + 2 + (4 * (zeroPoint == 0 ? 10 : 1)) + 40, blob.Length);
        RandomModels.AssertEqual(model, WeightBlob.Read(model.Network, blob));
    }

    [Fact]
    public void Dense_weights_cost_a_byte_each()
    {
        var values = Enumerable.Range(0, 100).Select(i => (sbyte)(i + 1)).ToArray();
        Assert.Equal(8 + 1 + 100 + 40 + 40, WeightBlob.Write(RandomModels.Linear(values, 10)).Length);
        Assert.Equal(8 + 1 + 100 + 40, WeightBlob.Write(RandomModels.Linear(values, 10, bias: false)).Length);
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
    public void Flipped_bits_are_refused_or_give_a_valid_model()
    {
        var (_, model) = RandomModels.Create();
        var blob = WeightBlob.Write(model);
        var refused = 0;
        for (var bit = 0; bit < blob.Length * 8; bit++)
        {
            blob[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                // A changed weight may go unnoticed here: the hash in the manifest is there for that.
                WeightBlob.Read(model.Network, blob);
            }
            catch (InvalidDataException)
            {
                refused++;
            }

            blob[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(refused > 64, "At least the header must be checked.");
    }

    [Fact]
    public void A_mask_with_other_counts_is_refused()
    {
        var values = new sbyte[20];
        values[5] = 9;
        var model = RandomModels.Linear(values, 5);
        var blob = WeightBlob.Write(model);
        Assert.Equal(1, blob[8]);
        blob[9] ^= 1;
        Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => WeightBlob.Read(model.Network, blob)).Message,
            StringComparison.Ordinal);
        blob[9] ^= 1;
        blob[9] = 0;
        blob[11] = 0x10; // the right number of bits, but one is beyond the weights
        Assert.Throws<InvalidDataException>(() => WeightBlob.Read(model.Network, blob));
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
}
