using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>Two weighted layers whose channels could be balanced against each other.</summary>
/// <param name="First">Gives the channels.</param>
/// <param name="Second">Reads them, through nothing but ReLU, pools and Flatten.</param>
internal sealed record EqualizedPair(LayerDefinition First, LayerDefinition Second);

/// <summary>
/// Cross-layer equalization (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019): channel i of a
/// layer is divided by s, and what the next layer multiplies it with is multiplied by s, so that the channel's weights span as much on both
/// sides. Between them may be only what commutes with a positive factor: ReLU, LeakyReLU, pools, Flatten. The bias is divided with its
/// channel. The float network computes the same, but for rounding. Zeros stay zeros.
/// </summary>
internal static class Equalization
{
    // Chains settle down quickly; what is left after this many passes is far below a step of int8.
    private const int Passes = 20;

    /// <summary>A copy of the network in which all pairs are balanced.</summary>
    /// <param name="network">Stays as it is.</param>
    /// <param name="notes">Receives what was done, and for every weighted layer that could not be the first of a pair why not.</param>
    public static FusedNetwork Run(FusedNetwork network, List<string> notes)
    {
        var copy = Copy(network.Float);
        var pairs = EqualizationPairs.Find(network, notes);
        var total = pairs.Select(pair => Enumerable.Repeat(1.0, pair.First.OutputShape.Channels).ToArray()).ToList();
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var i = 0; i < pairs.Count; i++)
                Balance(copy, pairs[i], total[i]);
        }

        foreach (var (pair, factors) in pairs.Zip(total))
            notes.Add(FormattableString.Invariant(
                $"{pair.First.Name} and {pair.Second.Name}: channels scaled by {factors.Min():0.###} to {factors.Max():0.###}"));
        return network with { Float = copy };
    }

    private static void Balance(FloatNetwork network, EqualizedPair pair, double[] total)
    {
        var first = network[pair.First.Name + ".weight"].Value;
        var bias = pair.First.Bias ? network[pair.First.Name + ".bias"].Value : [];
        var second = network[pair.Second.Name + ".weight"].Value;
        var channels = pair.First.OutputShape.Channels;
        var filter = first.Length / channels;
        var readers = new ChannelReaders(pair.Second, channels);
        for (var channel = 0; channel < channels; channel++)
        {
            var own = first.AsSpan(channel * filter, filter);
            var (before, after) = (LargestMagnitude(own), readers.LargestMagnitude(second, channel));
            if (before == 0 || after == 0)
                continue;
            var factor = (float)Math.Sqrt((double)before / after);
            foreach (ref var value in own)
                value /= factor;
            if (bias.Length > 0)
                bias[channel] /= factor;
            readers.Multiply(second, channel, factor);
            total[channel] *= factor;
        }
    }

    private static float LargestMagnitude(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
            largest = MathF.Max(largest, MathF.Abs(value));
        return largest;
    }

    private static FloatNetwork Copy(FloatNetwork network)
    {
        var copy = new FloatNetwork(network.Definition, seed: 0);
        foreach (var (from, to) in network.Parameters.Zip(copy.Parameters))
            from.Value.CopyTo(to.Value, 0);
        return copy;
    }
}
