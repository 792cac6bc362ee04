namespace CompileTime.Inference;

/// <summary>
/// Finds pairs among the steps of a dense tile whose products a kernel may add in int16 before it widens them: for no lane may the sum of
/// four products leave int16 while inputs keep a limit. Steps may be taken in any order, so nearly all find a partner.
/// </summary>
internal static class StepPairs
{
    // A step that fits none of so many will hardly find one.
    private const int Tries = 16;

    /// <summary>Puts pairs first, in the tile's list and in its weights.</summary>
    /// <param name="list">Number of paired steps (0), of single steps, then their places.</param>
    /// <param name="weights">The steps' weights, <paramref name="stepLength"/> each.</param>
    /// <param name="stepLength">Weights of a step: two for every int16 lane.</param>
    /// <param name="limit">The largest byte of an input.</param>
    public static void Arrange(Span<int> list, Span<sbyte> weights, int stepLength, int limit)
    {
        var steps = list[1];
        var sums = new (int[] Positive, int[] Negative)[steps];
        for (var i = 0; i < steps; i++)
            sums[i] = Sums(weights.Slice(i * stepLength, stepLength));
        var (most, least) = (short.MaxValue / limit, -short.MinValue / limit);
        // The heaviest first, each with the lightest that is left and fits.
        List<int> left = [.. Enumerable.Range(0, steps).OrderByDescending(i => Math.Max(sums[i].Positive.Max(), sums[i].Negative.Max()))];
        var (order, single) = (new List<int>(steps), new List<int>());
        for (var first = 0; first < left.Count; first++)
        {
            var heavy = left[first];
            var partner = -1;
            for (var i = left.Count - 1; partner < 0 && i > Math.Max(first, left.Count - 1 - Tries); i--)
            {
                if (Fit(sums[heavy].Positive, sums[left[i]].Positive, most) && Fit(sums[heavy].Negative, sums[left[i]].Negative, least))
                    partner = i;
            }

            if (partner < 0)
            {
                single.Add(heavy);
                continue;
            }

            order.Add(heavy);
            order.Add(left[partner]);
            left.RemoveAt(partner);
        }

        (list[0], list[1]) = (order.Count, single.Count);
        order.AddRange(single);
        var (places, values) = (list[2..].ToArray(), weights[..(steps * stepLength)].ToArray());
        for (var i = 0; i < steps; i++)
        {
            list[2 + i] = places[order[i]];
            values.AsSpan(order[i] * stepLength, stepLength).CopyTo(weights[(i * stepLength)..]);
        }
    }

    // Per int16 lane: what the weights of either sign add up to.
    private static (int[] Positive, int[] Negative) Sums(ReadOnlySpan<sbyte> step)
    {
        var (positive, negative) = (new int[step.Length / 2], new int[step.Length / 2]);
        for (var i = 0; i < positive.Length; i++)
        {
            var (a, b) = (step[2 * i], step[(2 * i) + 1]);
            positive[i] = Math.Max((int)a, 0) + Math.Max((int)b, 0);
            negative[i] = Math.Max(-a, 0) + Math.Max(-b, 0);
        }

        return (positive, negative);
    }

    private static bool Fit(int[] a, int[] b, int most)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] + b[i] > most)
                return false;
        }

        return true;
    }
}
