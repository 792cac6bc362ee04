namespace CompileTime.Models;

/// <summary>The float network that a compressed model was made from: what Validate compares it with.</summary>
/// <param name="Parameters">Values of all parameters and buffers, by name: at Convert, or before PrepareQat.</param>
/// <param name="Baseline">The same just before the first Prune; null when not pruned, or not known.</param>
/// <param name="IsPruned">Whether any weight carries a mask.</param>
internal sealed record CompressionOrigin(IReadOnlyDictionary<string, float[]> Parameters,
    IReadOnlyDictionary<string, float[]>? Baseline, bool IsPruned)
{
    /// <summary>The parameters that became integers, folded and fused, by name: what Report compares with.</summary>
    public required IReadOnlyDictionary<string, float[]> Converted { get; init; }

    /// <summary>The converted network before channels were removed; it gives the same bytes.</summary>
    public required QuantizedModel Whole { get; init; }
}
