namespace CompileTime.Shared;

/// <summary>A kept weight of one output.</summary>
/// <param name="Offset">Where its input is: bytes from the first one in memory.</param>
/// <param name="Value">The int8 weight, which is not zero.</param>
internal readonly record struct SparseWeight(int Offset, sbyte Value);
