using System.Runtime.InteropServices;
using CompileTime.Shared;

namespace CompileTime.Inference;

public sealed partial class Packer
{
    /// <summary>A depthwise Conv2d; see DepthwiseLayout.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">The operator whose value it reads.</param>
    /// <param name="channels">Channels of input and output.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="stride">Columns from one window to the next.</param>
    /// <param name="lanes">32-bit lanes of a vector.</param>
    /// <param name="wholeBytes">Whether inputs are as large as bytes can be, rather than up to 128 or little more.</param>
    public void Depthwise(int node, int input, int channels, int kernelHeight, int kernelWidth, int stride, int lanes, bool wholeBytes)
    {
        var layout = new DepthwiseLayout(channels, kernelHeight, kernelWidth, stride, lanes);
        var weights = Weights(node, (long)channels * kernelHeight * kernelWidth);
        var constants = new byte[12 * channels];
        Constants(node, input, ..channels, channels, channels, constants);
        var source = MemoryMarshal.Cast<byte, int>(constants);
        var block = Block(node, layout.Bytes);
        for (var pattern = 0; pattern < layout.Patterns; pattern++)
        {
            var target = block.AsSpan(pattern * layout.PatternBytes, layout.PatternBytes);
            var numbers = MemoryMarshal.Cast<byte, int>(target[..layout.WeightsOffset]);
            var steps = MemoryMarshal.Cast<byte, sbyte>(target[layout.WeightsOffset..]);
            steps.Fill((sbyte)weights.ZeroPoint);
            for (var place = 0; place < layout.ChunkBytes; place++)
            {
                if (layout.Channel(pattern, place) is not (>= 0 and var channel))
                    continue;
                var sum = layout.Place(place);
                for (var part = 0; part < 3; part++)
                    numbers[(part * layout.ChunkBytes) + sum] = source[(part * channels) + channel];
                for (var tap = 0; tap < layout.Taps; tap++)
                {
                    var (step, at) = layout.StepOf(tap);
                    steps[(((step * layout.ChunkBytes) + sum) * DepthwiseLayout.StepTaps) + at] =
                        weights.Values[(channel * layout.Taps) + tap];
                }
            }

            if (!layout.IsUnrolled)
                Limit(node, weights, steps);
            else if (weights.ZeroPoint == 0)
                _limits[node] = Math.Min(_limits[node], Pairs(layout, pattern, weights.Values, target, wholeBytes ? byte.MaxValue : Calibrated));
        }

        _blocks[node] = block;
    }

    // Where activations are calibrated to 0..127, larger bytes are seldom and mostly 128: being exact for more is worth less than merging, even
    // where 255 would spare looking at the input (a maximum for each vector of it, against ten instructions for each vector of the result).
    private const int Calibrated = 128;

    // Packs a chunk's weights in pairs; the largest byte that they are exact for.
    private static int Pairs(DepthwiseLayout layout, int pattern, ReadOnlySpan<sbyte> weights, Span<byte> target, int enough)
    {
        var pairs = layout.Pairs;
        var start = MemoryMarshal.Cast<byte, int>(target[..(DepthwiseLayout.Sums * layout.ChunkBytes)]);
        var into = target[layout.PairsOffset..];
        var starts = MemoryMarshal.Cast<byte, int>(into[..pairs.MergesOffset]);
        start.CopyTo(starts);
        var offsets = MemoryMarshal.Cast<byte, short>(into[pairs.OffsetsOffset..pairs.WeightsOffset]);
        var packed = MemoryMarshal.Cast<byte, sbyte>(into[pairs.WeightsOffset..]);
        var (apart, merged) = ((int)byte.MaxValue, (int)byte.MaxValue);
        for (var place = 0; place < layout.ChunkBytes; place++)
        {
            if (layout.Channel(pattern, place) is not (>= 0 and var channel))
                continue;
            var taps = weights.Slice(channel * pairs.Taps, pairs.Taps);
            for (var tap = 0; tap < taps.Length; tap++)
                packed[(tap / 2 * 2 * layout.ChunkBytes) + (2 * pairs.Place(place)) + (tap % 2)] = taps[tap];
            for (var first = 0; first < taps.Length; first += DepthwisePairs.GroupTaps)
            {
                var group = taps[first..Math.Min(first + DepthwisePairs.GroupTaps, taps.Length)];
                apart = Math.Min(apart, Math.Min(Saturation.Limit(group), Saturation.Offset(group).Limit));
                if (first >= pairs.MergedFrom)
                    merged = Math.Min(merged, Saturation.Limit(group));
            }

            merged = Math.Min(merged, Saturation.Offset(taps[pairs.MergedFrom..]).Limit);
        }

        var merges = pairs.MayMerge && merged >= Math.Min(apart, enough);
        MemoryMarshal.Write(into[pairs.MergesOffset..], merges ? 1 : 0);
        for (var place = 0; place < layout.ChunkBytes; place++)
        {
            if (layout.Channel(pattern, place) is not (>= 0 and var channel))
                continue;
            var taps = weights.Slice(channel * pairs.Taps, pairs.Taps);
            for (var group = 0; group < (merges ? pairs.Groups - 1 : pairs.Groups); group++)
            {
                var first = group * DepthwisePairs.GroupTaps;
                var end = merges && first == pairs.MergedFrom ? taps.Length : Math.Min(first + DepthwisePairs.GroupTaps, taps.Length);
                var offset = Saturation.Offset(taps[first..end]).Offset;
                offsets[(group * layout.ChunkBytes) + pairs.Place(place)] = offset;
                starts[layout.Place(place)] -= offset;
            }
        }

        return merges ? Math.Min(apart, merged) : apart;
    }
}
