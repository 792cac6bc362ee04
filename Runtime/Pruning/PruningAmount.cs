using System.Globalization;

namespace CompileTime.Pruning;

/// <summary>How much is pruned: a fraction of what is left, or a number of weights.</summary>
internal readonly record struct PruningAmount(double Value, bool IsCount)
{
    /// <summary>
    /// The number of weights to prune out of <paramref name="remaining"/>: Python's round of a double product, half to even.
    /// </summary>
    /// <exception cref="ArgumentException">Not a fraction in [0, 1], or more weights than there are.</exception>
    public int Of(int remaining)
    {
        if (!IsCount)
        {
            return Value is >= 0 and <= 1
                ? (int)Math.Round(Value * remaining, MidpointRounding.ToEven)
                : throw new ArgumentException(Text($"[Prune({Value})]: a fraction must lie between 0 and 1."));
        }

        if (!(Value >= 0) || Value != Math.Floor(Value))
            throw new ArgumentException(Text($"[Prune({Value})]: a number of weights must not be negative."));
        return Value <= remaining
            ? (int)Value
            : throw new ArgumentException(Text($"[Prune({Value})]: only {remaining} weights are left to prune."));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
