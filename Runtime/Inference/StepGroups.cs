using System.Numerics;
using System.Runtime.InteropServices;
using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>
/// Finds groups among the steps of a dense tile whose products a kernel may add in int16 before it widens them: for no lane may the sum of
/// their products leave int16 while inputs keep a limit. Steps may be taken in any order, so nearly all find others.
/// </summary>
internal static class StepGroups
{
    // A step that fits none of so many will hardly find one.
    private const int Tries = 64;

    /// <summary>Puts groups of four first, then pairs, in the tile's list and in its weights.</summary>
    /// <param name="list">Number of steps in fours and in pairs (both 0), of single steps, then their places.</param>
    /// <param name="weights">The steps' weights, <paramref name="stepLength"/> each.</param>
    /// <param name="stepLength">Weights of a step: two for every int16 lane.</param>
    /// <param name="limit">The largest byte of an input.</param>
    /// <param name="largest">Steps of the largest group: 2 or 4.</param>
    public static void Arrange(Span<int> list, Span<sbyte> weights, int stepLength, int limit, int largest)
    {
        var steps = list[2];
        var sums = new short[steps][];
        for (var i = 0; i < steps; i++)
            sums[i] = Sums(weights.Slice(i * stepLength, stepLength));
        // The heaviest first.
        List<int> left = [.. Enumerable.Range(0, steps).OrderByDescending(i => sums[i].Max())];
        var order = new List<int>(steps);
        foreach (var (size, count) in ((int, int)[])[(4, 0), (2, 1)])
        {
            var before = order.Count;
            if (size <= largest)
                left = Group(sums, left, size, (short)(short.MaxValue / limit), order);
            list[count] = order.Count - before;
        }

        list[2] = left.Count;
        order.AddRange(left);
        var (places, values) = (list[DenseLayout.ListHeader..].ToArray(), weights[..(steps * stepLength)].ToArray());
        for (var i = 0; i < steps; i++)
        {
            list[DenseLayout.ListHeader + i] = places[order[i]];
            values.AsSpan(order[i] * stepLength, stepLength).CopyTo(weights[(i * stepLength)..]);
        }
    }

    // Appends groups of that many steps; the steps that are left. Each with the lightest that are left and fit.
    private static List<int> Group(short[][] sums, List<int> steps, int size, short most, List<int> order)
    {
        var rest = new List<int>();
        var found = new List<int>(size);
        for (var first = 0; first < steps.Count; first++)
        {
            var sum = sums[steps[first]].AsSpan().ToArray();
            found.Clear();
            for (var i = steps.Count - 1; i > Math.Max(first, steps.Count - 1 - Tries) && found.Count < size - 1; i--)
            {
                if (TryAdd(sum, sums[steps[i]], most))
                    found.Add(i);
            }

            if (found.Count < size - 1)
            {
                rest.Add(steps[first]);
                continue;
            }

            order.Add(steps[first]);
            foreach (var other in found)
            {
                order.Add(steps[other]);
                steps.RemoveAt(other);
            }
        }

        return rest;
    }

    // Per int16 lane: what the weights of either sign add up to; the positive ones first.
    private static short[] Sums(ReadOnlySpan<sbyte> step)
    {
        var lanes = step.Length / 2;
        var sums = new short[2 * lanes];
        for (var i = 0; i < lanes; i++)
        {
            var (a, b) = (step[2 * i], step[(2 * i) + 1]);
            sums[i] = (short)(Math.Max((int)a, 0) + Math.Max((int)b, 0));
            sums[lanes + i] = (short)(Math.Max(-a, 0) + Math.Max(-b, 0));
        }

        return sums;
    }

    // Sums are of whole vectors: a step has 32 weights or more.
    private static bool TryAdd(short[] sum, short[] other, short most)
    {
        var sums = MemoryMarshal.Cast<short, Vector<short>>(sum.AsSpan());
        var others = MemoryMarshal.Cast<short, Vector<short>>(other.AsSpan());
        for (var i = 0; i < sums.Length; i++)
        {
            if (Vector.GreaterThanAny(sums[i] + others[i], new Vector<short>(most)))
                return false;
        }

        for (var i = 0; i < sums.Length; i++)
            sums[i] += others[i];
        return true;
    }
}
