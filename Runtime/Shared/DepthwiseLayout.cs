namespace CompileTime.Shared;

/// <summary>
/// Where a depthwise kernel finds its weights: channels are the lanes, and two taps at a time are multiplied and added, so the
/// weights stand as <c>short [vector of channels][pair of taps][lane][2]</c>, the zero point already taken off.
/// </summary>
internal readonly record struct DepthwiseLayout(int Channels, int Taps, int Lanes)
{
    public int PaddedChannels => (Channels + Lanes - 1) / Lanes * Lanes;

    public int Vectors => PaddedChannels / Lanes;

    public int Pairs => (Taps + 1) / 2;

    public int BiasOffset => 4 * PaddedChannels;

    public int MultiplierOffset => 8 * PaddedChannels;

    public int WeightsOffset => ((12 * PaddedChannels) + 63) & -64;

    public int VectorBytes => Pairs * Lanes * 4;

    public long Bytes => WeightsOffset + ((long)Vectors * VectorBytes);
}
