using System.Globalization;

namespace CompileTime.Pruning;

/// <summary>How much is pruned: a fraction of what is left, or a number.</summary>
internal readonly record struct PruningAmount(double Value, bool IsCount)
{
    public static implicit operator PruningAmount(double fraction) => new(fraction, IsCount: false);

    public static implicit operator PruningAmount(int count) => new(count, IsCount: true);

    /// <summary>
    /// The number to prune out of <paramref name="remaining"/>: Python's round of a double product, half to even. Messages are PyTorch's.
    /// </summary>
    /// <exception cref="ArgumentException">Not a fraction in [0, 1], or more than there is.</exception>
    public int Of(int remaining)
    {
        if (!(IsCount ? Value >= 0 && Value == Math.Floor(Value) : Value is >= 0 and <= 1))
            throw new ArgumentException($"amount={this} should either be a float in the range [0, 1] or a non-negative integer");
        if (!IsCount)
            return (int)Math.Round(Value * remaining, MidpointRounding.ToEven);
        return Value <= remaining
            ? (int)Value
            : throw new ArgumentException($"amount={this} should be smaller than the number of parameters to prune={remaining}");
    }

    /// <summary>A fraction always has a decimal point, as Python writes it.</summary>
    public override string ToString()
    {
        var text = Value.ToString("R", CultureInfo.InvariantCulture);
        return IsCount || !text.All(c => char.IsAsciiDigit(c) || c == '-') ? text : text + ".0";
    }
}
