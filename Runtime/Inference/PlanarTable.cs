using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>
/// The weights of a convolution over planes as its kernels read them. For each output the number of runs; for each run how many twos of
/// groups, how many pairs the first and the second of two has, and the pairs: two offsets and two weights (twice, in the bytes of an
/// int). In a narrow table both offsets are in one int, in units (PlanarLayout.IsNarrow). The weights of a group are
/// summed in int16, and those of two groups are widened together (PlanarEmitter). Runs are there so that loops end where
/// the processor expects it.
/// </summary>
internal sealed class PlanarTable(bool isNarrow = false)
{
    /// <summary>What the weights of one sign may sum to in a group, for bytes up to 128: 128 * 255 is below 2^15.</summary>
    public const int CalibratedBudget = 255;

    /// <summary>The same for bytes up to 255.</summary>
    public const int FullBudget = 128;

    /// <summary>All tables behind each other.</summary>
    public List<int> Entries { get; } = [];

    /// <summary>Appends the table of an output.</summary>
    /// <param name="weights">Weights that are not zero.</param>
    /// <param name="offsets">Where the first position reads the input of each.</param>
    /// <param name="budget">What the magnitudes of one sign may sum to in a group.</param>
    /// <returns>The largest byte for which it is exact.</returns>
    public int Add(IReadOnlyList<int> weights, IReadOnlyList<int> offsets, int budget)
    {
        var groups = PlanarGroups.Of(weights, budget);
        var runs = Twos(groups).GroupBy(two => (First: Pairs(two.First), Second: Pairs(two.Second))).ToList();
        Entries.Add(runs.Count);
        foreach (var run in runs)
        {
            Entries.AddRange([run.Count(), run.Key.First, run.Key.Second]);
            foreach (var (first, second) in run)
            {
                AddPairs(first, weights, offsets);
                AddPairs(second, weights, offsets);
            }
        }

        return groups.Aggregate((int)byte.MaxValue, (limit, group) => Math.Min(limit, ExactUpTo(group.Select(i => weights[i]))));
    }

    // Groups of about the same size meet. An odd one out is cut in half.
    private static IEnumerable<(List<int> First, List<int> Second)> Twos(List<List<int>> groups)
    {
        var order = groups.OrderByDescending(group => group.Count).ToList();
        if (order.Count % 2 == 1)
        {
            var (largest, half) = (order[0], 2 * ((Pairs(order[0]) + 1) / 2));
            order[0] = largest[..Math.Min(half, largest.Count)];
            order.Insert(1, largest[order[0].Count..]);
        }

        for (var i = 0; i < order.Count; i += 2)
            yield return (order[i], order[i + 1]);
    }

    private static int Pairs(List<int> group) => (group.Count + 1) / 2;

    private void AddPairs(List<int> group, IReadOnlyList<int> weights, IReadOnlyList<int> offsets)
    {
        for (var i = 0; i < group.Count; i += 2)
        {
            // An odd one out is paired with nothing.
            var (a, b) = (group[i], i + 1 < group.Count ? group[i + 1] : -1);
            var (first, second) = (offsets[a], offsets[b < 0 ? a : b]);
            if (isNarrow)
                Entries.Add((first / PlanarLayout.NarrowUnit) | (second / PlanarLayout.NarrowUnit << 16));
            else
                Entries.AddRange([first, second]);
            var two = (weights[a] & 0xFF) | ((b < 0 ? 0 : weights[b] & 0xFF) << 8);
            Entries.Add(two | (two << 16));
        }
    }

    // No sum of products, in whatever order, leaves int16.
    private static int ExactUpTo(IEnumerable<int> weights)
    {
        var (positive, negative) = (0, 0);
        foreach (var weight in weights)
            _ = weight > 0 ? positive += weight : negative -= weight;
        return Saturation.Limit(positive, negative);
    }
}
