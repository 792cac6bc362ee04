namespace Sample.Measure;

/// <summary>A row of docs/pruning.md.</summary>
/// <param name="Pattern">What was pruned as one; "none" for the network that all came from.</param>
/// <param name="Amount">The declared share, in [0, 1].</param>
/// <param name="Accuracy">Of the generated class, in [0, 1].</param>
/// <param name="Kept">Weights that are not zero, in [0, 1].</param>
/// <param name="Bytes">Shipped: weights and manifest.</param>
/// <param name="Macs">Multiply-accumulates that removal left.</param>
/// <param name="Time">Per prediction.</param>
internal sealed record PruningResult(string Pattern, double Amount, double Accuracy, double Kept, long Bytes, long Macs, Spread Time);
