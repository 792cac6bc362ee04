namespace CompileTime.Inference;

/// <summary>
/// vpmaddubsw adds the products of two neighbouring bytes with their weights in int16 and saturates there. No input byte can make a pair
/// of weights do so when those of one sign add up to at most 128: 255 * 128 = 32640.
/// </summary>
internal static class Saturation
{
    private const int Most = 128;

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

    /// <summary>The smallest limit of the pairs of neighbours.</summary>
    /// <param name="weights">As a kernel reads them; an even number.</param>
    public static int Limit(ReadOnlySpan<sbyte> weights)
    {
        var (positive, negative) = (0, 0);
        for (var i = 0; i + 1 < weights.Length; i += 2)
        {
            positive = Math.Max(positive, Math.Max((int)weights[i], 0) + Math.Max((int)weights[i + 1], 0));
            negative = Math.Max(negative, Math.Max(-weights[i], 0) + Math.Max(-weights[i + 1], 0));
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
