using Sample.Measure;

namespace CompileTime.Benchmarks.Pruning;

/// <summary>A row of docs/pruning.md.</summary>
/// <param name="Pattern">What was pruned.</param>
/// <param name="Accuracy">Of the generated engine, in [0, 1].</param>
/// <param name="Kept">Weights that are not zero, in [0, 1].</param>
/// <param name="Bytes">Shipped: weights and manifest.</param>
/// <param name="Macs">Multiply-accumulates that removal left.</param>
/// <param name="Time">Per prediction.</param>
internal sealed record PruningResult(PruningPattern Pattern, double Accuracy, double Kept, long Bytes, long Macs, Spread Time);
