using System;
using System.Collections.Generic;
using System.Linq;

namespace CompileTime.Shared;

/// <summary>
/// The order of an output's weights in a sparse kernel, where any two may be neighbours, whose products are added in int16. A positive one
/// beside a negative one never saturates it, whatever the bytes.
/// </summary>
internal static class SignPairs
{
    // 255 times as much is less than an int16 can hold.
    private const int MostTogether = 128;

    /// <summary>All weights, two by two. Of what is left of one sign, the largest stand beside the smallest.</summary>
    public static IEnumerable<SparseWeight> Of(IReadOnlyCollection<SparseWeight> weights)
    {
        SparseWeight[] positive = [.. weights.Where(one => one.Value > 0).OrderByDescending(one => one.Value)];
        SparseWeight[] negative = [.. weights.Where(one => one.Value < 0).OrderBy(one => one.Value)];
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

    /// <summary>
    /// Pairs that no bytes saturate, as far as there is room: the first weight, for which others wait, and whom it goes with, then others
    /// that go together, then single ones, whose neighbour is null.
    /// </summary>
    /// <param name="weights">In the order in which they are wanted.</param>
    /// <param name="pairs">How many pairs there is room for.</param>
    public static List<SparseWeight?> Exact(IReadOnlyList<SparseWeight> weights, int pairs)
    {
        var left = new List<SparseWeight>(weights);
        var taken = new List<SparseWeight?>();
        for (var isSingle = false; taken.Count < 2 * pairs && left.Count > 0;)
        {
            var found = false;
            for (var i = 0; i < left.Count && !found; i++)
            {
                var partner = left.FindIndex(i + 1, other => GoTogether(left[i], other));
                if (partner < 0 && !isSingle && taken.Count > 0)
                    continue;
                taken.Add(left[i]);
                taken.Add(partner < 0 ? null : left[partner]);
                if (partner >= 0)
                    left.RemoveAt(partner);
                left.RemoveAt(i);
                found = true;
            }

            isSingle |= !found;
        }

        return taken;
    }

    private static bool GoTogether(SparseWeight a, SparseWeight b) => a.Value > 0 != b.Value > 0
        || Math.Abs((int)a.Value) + Math.Abs((int)b.Value) <= MostTogether;
}
