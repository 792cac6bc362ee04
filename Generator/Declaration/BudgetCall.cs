namespace CompileTime.Generator.Declaration;

/// <summary>[Budget] as written; null for a figure that is not given.</summary>
internal sealed record BudgetCall(Arguments Arguments, Site Site)
{
    public long? Bytes => Arguments.Long("Bytes");

    public double? Accuracy => Arguments.Has("Accuracy") ? Arguments.Double("Accuracy", 0) : null;

    public long? Macs => Arguments.Long("Macs");
}
