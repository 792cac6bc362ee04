namespace CompileTime.Shared;

/// <summary>
/// What is pruned and by how much, as declared. The units that are ranked, and pruned as one, are single weights, the slices along
/// <see cref="Dim"/>, blocks, or whole layers; with <see cref="Keep"/> and <see cref="Of"/> they are weights within groups.
/// </summary>
/// <param name="Method">The name of the <c>PruningMethod</c> member: <c>L1</c>, <c>Ln</c>, <c>Random</c>.</param>
/// <param name="Amount">A fraction in [0, 1], or a number of units when <paramref name="IsCount"/>; 0 with a threshold or N:M.</param>
/// <param name="IsCount">The amount was written as an integer: PyTorch counts then.</param>
/// <param name="IsGlobal">The rule stands on the class: one ranking for all layers that carry it, as global_unstructured.</param>
internal sealed record PruneRule(string Method, double Amount, bool IsCount, bool IsGlobal)
{
    /// <summary>Ln: which norm. L1 has 1.</summary>
    public double Norm { get; init; } = 1;

    /// <summary>Units with a lower score are pruned, whatever their number.</summary>
    public double? Threshold { get; init; }

    /// <summary>N of N:M: how many weights are kept of each <see cref="Of"/> consecutive inputs; 0 for none of this.</summary>
    public int Keep { get; init; }

    /// <summary>M of N:M.</summary>
    public int Of { get; init; }

    /// <summary>The dimension whose slices are units; negative from the end.</summary>
    public int? Dim { get; init; }

    /// <summary>Outputs of a block; 0 where there are no blocks.</summary>
    public int BlockRows { get; init; }

    /// <summary>Inputs of a block.</summary>
    public int BlockColumns { get; init; }

    /// <summary>
    /// What goes with a filter goes too: the bias, and the channel of a BatchNorm behind it. Says <c>Structure.Filter</c>, while
    /// <see cref="Dim"/> 0 alone is ln_structured.
    /// </summary>
    public bool IsFilter { get; init; }

    /// <summary>
    /// Whole layers: says <c>Structure.Layer</c>; stands at the last layer of each residual branch and at skippable ones.
    /// </summary>
    public bool IsLayer { get; init; }

    public bool IsNofM => Of > 0;

    public bool IsBlock => BlockRows > 0;

    /// <summary>Whether there is anything to do: an amount of 0 leaves the layer as it is.</summary>
    public bool IsActive => Amount > 0 || Threshold is not null || IsNofM;
}
