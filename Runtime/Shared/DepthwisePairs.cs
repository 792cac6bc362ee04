namespace CompileTime.Shared;

/// <summary>
/// The second form of a depthwise layer's weights, for kernels that add in int16 (DepthwisePairsEmitter): taps of the kernel, in their order,
/// two a pair and four a group. It stands in the pattern of a chunk behind the first form: <c>int start[4][lanes]; int merges, 0, …;
/// short offset[groups][2][2 * lanes]; sbyte weight[pairs][2][4 * lanes]</c>.
/// </summary>
/// <remarks>
/// The sum of four taps spans less than 2^16 steps for bytes up to 128, whatever the weights are (4 * 127 * 128 = 65024), but for four of
/// -128 (limit 127). Each group and channel has an offset that moves this span into int16, where additions may wrap on the way; the start
/// of the int32 sum has them subtracted.
/// </remarks>
/// <param name="Taps">Of the kernel.</param>
/// <param name="ChunkBytes">Bytes of a vector.</param>
internal readonly record struct DepthwisePairs(int Taps, int ChunkBytes)
{
    /// <summary>Taps that are added in int16.</summary>
    public const int GroupTaps = 4;

    public int Pairs => (Taps + 1) / 2;

    public int Groups => (Taps + GroupTaps - 1) / GroupTaps;

    /// <summary>Groups are widened two by two. One that is left over may be added to the one before it where the weights allow it.</summary>
    public bool MayMerge => Groups % 2 == 1 && Groups > 1;

    /// <summary>The first tap of the two that then are one; 0 if there are none.</summary>
    public int MergedFrom => MayMerge ? (Groups - 2) * GroupTaps : 0;

    /// <summary>Where it is told whether it is.</summary>
    public int MergesOffset => DepthwiseLayout.Sums * ChunkBytes;

    public int OffsetsOffset => MergesOffset + ChunkBytes;

    public int WeightsOffset => OffsetsOffset + (2 * Groups * ChunkBytes);

    public int Bytes => WeightsOffset + (2 * Pairs * ChunkBytes);

    /// <summary>Which int16, counted through the two vectors of a group, belongs to a byte of a chunk.</summary>
    public int Place(int place) => (place % 16 / 8 * ChunkBytes / 2) + (place / 16 * 8) + (place % 8);
}
