namespace CompileTime.Generator.Declaration;

/// <summary>[Prune] or [PruneNofM] as written.</summary>
/// <param name="IsNofM">Which of the two.</param>
/// <param name="IsOnLayer">On a layer method; else on the class.</param>
/// <param name="IsSecond">The other attribute stands beside it.</param>
internal sealed record PruneCall(bool IsNofM, bool IsOnLayer, Arguments Arguments, Site Site, bool IsSecond = false)
{
    public string Method => Arguments.Text("Method", "L1");

    public bool HasAmount => IsCount || Arguments.Has("Amount");

    public bool IsCount => Arguments.Has("Count");

    public double Amount => IsCount ? Arguments.Int("Count", 0) : Arguments.Double("Amount", 0);

    public bool HasThreshold => Arguments.Has("Threshold");

    public double Threshold => Arguments.Double("Threshold", 0);

    public string Structure => Arguments.Text("Structure", "Unstructured");

    /// <summary>Null where single weights or blocks are pruned.</summary>
    public int? Dim => Arguments.Has("Dim") ? Arguments.Int("Dim", 0) : Structure switch { "Filter" => 0, "Channel" => 1, _ => null };

    /// <summary>Null where there are none.</summary>
    public EquatableArray<int>? Block => Arguments.Ints("Block");

    /// <summary>The n of the norm that ranks structures and blocks.</summary>
    public double Norm => Method == "Ln" ? Arguments.Double("Norm", 2) : 1;

    public string Scope => Arguments.Text("Scope", "Global");

    public int N => Arguments.Int("N", 0);

    public int M => Arguments.Int("M", 0);
}
