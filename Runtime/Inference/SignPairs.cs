namespace CompileTime.Inference;

/// <summary>
/// The order of an output's weights in a sparse kernel, where any two may be neighbours. A positive one beside a negative one never
/// saturates an int16, whatever the bytes; of what is left of one sign, the largest stand beside the smallest.
/// </summary>
internal static class SignPairs
{
    public static IEnumerable<(int Index, sbyte Weight)> Of(IReadOnlyCollection<(int Index, sbyte Weight)> weights)
    {
        (int Index, sbyte Weight)[] positive = [.. weights.Where(one => one.Weight > 0).OrderByDescending(one => one.Weight)];
        (int Index, sbyte Weight)[] negative = [.. weights.Where(one => one.Weight < 0).OrderBy(one => one.Weight)];
        var both = Math.Min(positive.Length, negative.Length);
        for (var i = 0; i < both; i++)
        {
            yield return positive[i];
            yield return negative[i];
        }

        var rest = positive.Length > both ? positive : negative;
        for (int first = both, last = rest.Length - 1; first <= last; first++, last--)
        {
            yield return rest[first];
            if (first < last)
                yield return rest[last];
        }
    }
}
