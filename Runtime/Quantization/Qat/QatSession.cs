using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>Quantization-aware training from PrepareQat on.</summary>
/// <param name="network">The network that is trained.</param>
/// <param name="options">A copy of what PrepareQat was given.</param>
/// <param name="startEpoch">Epochs that had been trained before.</param>
internal sealed class QatSession(QatNetwork network, QatOptions options, long startEpoch)
{
    public QatNetwork Network { get; } = network;

    public QatOptions Options { get; } = options;

    public long StartEpoch { get; } = startEpoch;

    /// <summary>The float network as it was before, with the masks it had then; null when a checkpoint brought the session.</summary>
    public (Dictionary<string, float[]> Parameters, float[][] Masks)? Before { get; init; }

    /// <summary>Whether the ranges are those of the weights as they are: the last thing that happened to these was training.</summary>
    public bool IsFitted { get; set; }

    /// <summary>Freezes what is to be frozen after so many epochs. What was frozen by hand stays so.</summary>
    public void Freeze(long epochsEver)
    {
        var epochs = epochsEver - StartEpoch;
        Network.AreObserversFrozen |= epochs >= Options.FreezeObserversAfter;
        Network.IsBatchNormFrozen |= epochs >= Options.FreezeBatchNormAfter;
    }

    public QatCheckpoint Save() => new()
    {
        Options = Options,
        StartEpoch = StartEpoch,
        AreObserversFrozen = Network.AreObserversFrozen,
        IsBatchNormFrozen = Network.IsBatchNormFrozen,
        Ranges = Network.SaveRanges(),
    };

    /// <summary>The session a checkpoint was written in.</summary>
    /// <exception cref="FormatException">The ranges are not those of the network.</exception>
    public static QatSession Load(QatCheckpoint saved, float[][]? bestRanges, QatNetwork network)
    {
        int[] lengths = [.. network.SaveRanges().Select(range => range.Length)];
        if (!Fits(saved.Ranges) || !(bestRanges is null || Fits(bestRanges)))
            throw new FormatException("the ranges of its quantization are not those of the network.");
        network.LoadRanges(saved.Ranges);
        (network.AreObserversFrozen, network.IsBatchNormFrozen) = (saved.AreObserversFrozen, saved.IsBatchNormFrozen);
        return new QatSession(network, saved.Options, saved.StartEpoch) { IsFitted = network.IsObserved };

        bool Fits(float[][] ranges) => lengths.SequenceEqual(ranges.Select(range => range.Length)) && ranges.Chunk(4).All(IsPossible);
    }

    // The four of SaveRanges: nothing seen yet in any channel, or a range in all of them.
    private static bool IsPossible(float[][] module)
    {
        var (min, max, scales, zeroPoints) = (module[0], module[1], module[2], module[3]);
        var isSeen = float.IsFinite(min[0]);
        for (var i = 0; i < min.Length; i++)
        {
            if (isSeen ? !(float.IsFinite(min[i]) && float.IsFinite(max[i]) && min[i] <= max[i])
                : !(float.IsPositiveInfinity(min[i]) && float.IsNegativeInfinity(max[i])))
                return false;
            if (!(scales[i] > 0) || !float.IsFinite(scales[i]) || !float.IsInteger(zeroPoints[i]) || zeroPoints[i] is < sbyte.MinValue or > byte.MaxValue)
                return false;
        }

        return true;
    }
}
