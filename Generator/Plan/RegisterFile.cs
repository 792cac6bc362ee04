namespace CompileTime.Generator.Plan;

/// <summary>What a tier's registers allow. The numbers of accumulators leave room for weights, a broadcast and temporaries.</summary>
/// <param name="Lanes">32-bit lanes of a vector.</param>
/// <param name="Accumulators">Sums that a tile of a convolution may keep.</param>
/// <param name="ConvVectors">Vectors of outputs in a tile of a convolution.</param>
/// <param name="LinearVectors">Vectors of outputs in a tile of a Linear, which has one position.</param>
/// <param name="AddedSteps">Steps of which a tile of a convolution has the weights at once.</param>
internal sealed record RegisterFile(int Lanes, int Accumulators, int ConvVectors, int LinearVectors, int AddedSteps)
{
    public static RegisterFile Of(Tier tier) => tier == Tier.Avx2
        ? new RegisterFile(Lanes: 8, Accumulators: 8, ConvVectors: 2, LinearVectors: 4, AddedSteps: 2)
        : new RegisterFile(Lanes: 16, Accumulators: 16, ConvVectors: 2, LinearVectors: 4, AddedSteps: 4);
}
