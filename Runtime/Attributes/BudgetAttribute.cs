namespace CompileTime;

/// <summary>
/// What the trained network may take, and must reach: the build fails when the artifact that would be compiled in does not meet it. Give
/// one figure or several, for instance <c>[Budget(Bytes = 40_000, Accuracy = 0.98)]</c>. While no artifact fits the class, warning CT3011
/// says that nothing is checked.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BudgetAttribute : Attribute
{
    /// <summary>The most bytes that manifest and weights may take together as saved, at least 1.</summary>
    public long Bytes { get; set; }

    /// <summary>
    /// The least accuracy in int8, more than 0 and at most 1, as <see cref="CompressedModel.Validate"/> measured it before
    /// <see cref="CompressedModel.Save"/>. An artifact that was never validated does not meet it.
    /// </summary>
    public double Accuracy { get; set; }

    /// <summary>
    /// The most multiply-accumulates of one prediction, at least 1; zeros among the weights count, channels that were removed do not.
    /// </summary>
    public long Macs { get; set; }
}
