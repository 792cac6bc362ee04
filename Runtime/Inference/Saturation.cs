namespace CompileTime.Inference;

/// <summary>
/// vpmaddubsw adds the products of two neighbouring bytes with their weights in int16 and saturates there. No input byte can make a pair
/// of weights do so when those of one sign add up to at most 128: 255 * 128 = 32640.
/// </summary>
internal static class Saturation
{
    private const int Most = 128;

    /// <summary>Up to this byte no pair of weights leaves int16: 128 * 254 = 32512, and -128 * 256 = -32768.</summary>
    public const int PairLimit = 128;

    /// <summary>Whether some two bytes, each from 0 to 255, would leave int16.</summary>
    public static bool IsPossible(sbyte first, sbyte second) => first > 0 && second > 0 ? first + second > Most
        : first < 0 && second < 0 && first + second < -Most;

    /// <summary>
    /// The largest byte, up to 255, so that bytes from 0 to it cannot take a sum of products out of int16, when the weights of one sign
    /// add up to this. Weights of a pair: never below 128.
    /// </summary>
    /// <param name="positive">Sum of the positive weights.</param>
    /// <param name="negative">Sum of the magnitudes of the negative ones.</param>
    public static int Limit(int positive, int negative) =>
        Math.Min(byte.MaxValue, Math.Min(short.MaxValue / Math.Max(1, positive), -short.MinValue / Math.Max(1, negative)));

    /// <summary>
    /// What a sum of products begins with so that it ends within int16 for bytes from 0 to as large a limit as can be; it may leave int16
    /// on the way, where additions wrap.
    /// </summary>
    /// <param name="weights">Of the products.</param>
    public static (short Offset, int Limit) Offset(ReadOnlySpan<sbyte> weights)
    {
        var (positive, negative) = (0, 0);
        foreach (var weight in weights)
            _ = weight > 0 ? positive += weight : negative -= weight;
        var offset = ((short.MaxValue * negative) + (short.MinValue * positive)) / Math.Max(1, positive + negative);
        return ((short)offset, Math.Min(Largest(short.MaxValue - offset, positive), Largest(offset - short.MinValue, negative)));

        static int Largest(int room, int sum) => sum == 0 ? byte.MaxValue : Math.Min(byte.MaxValue, room / sum);
    }

    /// <summary>The smallest limit of the pairs of neighbours, of which the last may have none.</summary>
    /// <param name="weights">As a kernel reads them.</param>
    public static int Limit(ReadOnlySpan<sbyte> weights)
    {
        var (positive, negative) = (0, 0);
        for (var i = 0; i < weights.Length; i += 2)
        {
            int first = weights[i], second = i + 1 < weights.Length ? weights[i + 1] : 0;
            positive = Math.Max(positive, Math.Max(first, 0) + Math.Max(second, 0));
            negative = Math.Max(negative, Math.Max(-first, 0) + Math.Max(-second, 0));
        }

        return Limit(positive, negative);
    }

    /// <summary>How many pairs of neighbours, from the first one on, could saturate.</summary>
    /// <param name="weights">As a kernel reads them; an even number.</param>
    public static int Count(ReadOnlySpan<sbyte> weights)
    {
        var count = 0;
        for (var i = 0; i + 1 < weights.Length; i += 2)
            count += IsPossible(weights[i], weights[i + 1]) ? 1 : 0;
        return count;
    }
}
