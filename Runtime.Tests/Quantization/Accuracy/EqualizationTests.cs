using CompileTime.Quantization;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Tests.Quantization.Accuracy;

public sealed class EqualizationTests
{
    /// <summary>Dense, depthwise, grouped, pools of both kinds, a leaky ReLU, Flatten over several positions, Linear.</summary>
    private static readonly NetworkText Chain = new NetworkText("3x8x8")
        .Conv(8, 3, 1).ReLU()
        .Conv(8, new Window(3, 3, 1, 1, 1, 1, 1, 1), groups: 8).ReLU()
        .Conv(16, new Window(1, 1), groups: 2).MaxPool(new Window(2, 2, 2, 2))
        .Conv(6, 3, 1).ReLU().AvgPool(new Window(2, 2, 2, 2)).Flatten()
        .Linear(5).ReLU()
        .Linear(3, bias: false);

    [Fact]
    public void The_float_network_stays_the_same()
    {
        var network = Fusion.Run(Unbalanced(Chain));
        var before = Parameters(network.Float);
        var notes = new List<string>();
        var equalized = Equalization.Run(network, notes);
        Assert.Equal(before, Parameters(network.Float));
        Assert.NotEqual(before, Parameters(equalized.Float));
        Assert.Equal(5, notes.Count(note => note.Contains("channels scaled by", StringComparison.Ordinal)));

        var inputs = Inputs(3 * 64 * 20);
        var expected = network.Float.Forward(inputs, 20).ToArray();
        var actual = equalized.Float.Forward(inputs, 20).ToArray();
        var size = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            // Six layers of sums with float32's 6e-8: one part in a hundred thousand is ten times what rounding can be expected to do.
            Assert.Equal(expected[i], actual[i], 1e-5f * size);
        }
    }

    [Fact]
    public void Both_sides_of_a_channel_span_as_much()
    {
        var network = Equalization.Run(Fusion.Run(Unbalanced(Chain)), []).Float;

        // Largest weight of each channel of the depthwise layer "2" as it is given, and as the grouped layer "4" reads it.
        var given = network["2.weight"].Value.Chunk(9).Select(filter => filter.Max(MathF.Abs)).ToArray();
        var read = new float[8];
        var weight = network["4.weight"].Value; // [16, 4, 1, 1]: outputs 0..7 read channels 0..3, outputs 8..15 channels 4..7
        for (var output = 0; output < 16; output++)
        {
            for (var input = 0; input < 4; input++)
            {
                var channel = (output / 8 * 4) + input;
                read[channel] = MathF.Max(read[channel], MathF.Abs(weight[(output * 4) + input]));
            }
        }

        // A pass makes two neighbours equal and disturbs the pair before; after twenty, a hundredth is left at most.
        Assert.All(given.Zip(read), pair => Assert.InRange(pair.First / pair.Second, 0.99f, 1.01f));
    }

    [Fact]
    public void What_cannot_be_equalized_is_named_with_the_reason()
    {
        var notes = new List<string>();
        Equalization.Run(Fusion.Run(new Trainer(Networks.Residual, 1).Network), notes);
        Assert.Contains("stem is not equalized: 'r0' is read by a and add1", notes);
        Assert.Contains("b is not equalized: Add 'add1' does not commute with a factor per channel", notes);
        Assert.Contains("fc is not equalized: its result is the network's", notes);
        Assert.Contains(notes, note => note.StartsWith("a and b: channels scaled by", StringComparison.Ordinal));

        notes.Clear();
        Equalization.Run(Fusion.Run(new NetworkText("4").Linear(4).ReLU6().Linear(2).Network()), notes);
        Assert.Contains("0 is not equalized: ReLU6 '1' does not commute with a factor per channel", notes);
    }

    [Fact]
    public void Zeros_stay_zeros_and_dead_channels_are_left_alone()
    {
        var network = Unbalanced(Chain);
        var weight = network["0.weight"].Value;
        weight.AsSpan(0, 27).Clear();
        for (var i = 27; i < weight.Length; i += 2)
            weight[i] = 0;
        var equalized = Equalization.Run(Fusion.Run(network), []).Float;
        Assert.Equal(weight.Select(value => value == 0), equalized["0.weight"].Value.Select(value => value == 0));
        Assert.All(Parameters(equalized), values => Assert.All(values, value => Assert.True(float.IsFinite(value))));
    }

    /// <summary>Every output channel of every layer by a factor of its own, up to 60 times another's.</summary>
    private static FloatNetwork Unbalanced(NetworkText text)
    {
        var network = text.Network();
        var random = new Random(7);
        foreach (var parameter in network.Parameters)
        {
            var factors = Enumerable.Range(0, parameter.Shape[0]).Select(_ => MathF.Exp((float)(random.NextDouble() * 4) - 2)).ToArray();
            for (var i = 0; i < parameter.Value.Length; i++)
                parameter.Value[i] = (parameter.Value[i] + 0.01f) * factors[i / (parameter.Value.Length / factors.Length)];
        }

        return network;
    }

    private static float[][] Parameters(FloatNetwork network) =>
        [.. network.Parameters.Select(parameter => (float[])parameter.Value.Clone())];

    private static float[] Inputs(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2) - 1)];
    }
}
