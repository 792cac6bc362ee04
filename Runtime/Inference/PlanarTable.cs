using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>
/// The weights of a convolution over planes as its kernels read them. For each output the number of parts; for each part the number of
/// runs; for each run the number of groups, how many pairs each of them has, and the pairs: two offsets and two weights (twice, in the
/// bytes of an int). The weights of a group are summed in int16. Runs are there so that loops end where the processor expects it, parts
/// so that a sum over groups can be had of two int16 sums (PlanarEmitter).
/// </summary>
internal sealed class PlanarTable
{
    /// <summary>What the weights of one sign may sum to in a group, for bytes up to 128: 128 * 255 is below 2^15.</summary>
    public const int CalibratedBudget = 255;

    /// <summary>The same for bytes up to 255.</summary>
    public const int FullBudget = 128;

    // 255 groups: their high bytes sum to an int16, and their low bytes to 16 bits.
    private const int MostGroups = 255;

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
        var parts = groups.OrderBy(group => group.Count).Chunk(MostGroups).ToList();
        Entries.Add(parts.Count);
        foreach (var part in parts)
        {
            var runs = part.GroupBy(group => (group.Count + 1) / 2).ToList();
            Entries.Add(runs.Count);
            foreach (var run in runs)
            {
                Entries.Add(run.Count());
                Entries.Add(run.Key);
                foreach (var group in run)
                    AddPairs(group, weights, offsets);
            }
        }

        return groups.Aggregate((int)byte.MaxValue, (limit, group) => Math.Min(limit, ExactUpTo(group.Select(i => weights[i]))));
    }

    private void AddPairs(List<int> group, IReadOnlyList<int> weights, IReadOnlyList<int> offsets)
    {
        for (var i = 0; i < group.Count; i += 2)
        {
            // An odd one out is paired with nothing.
            var (a, b) = (group[i], i + 1 < group.Count ? group[i + 1] : -1);
            Entries.Add(offsets[a]);
            Entries.Add(offsets[b < 0 ? a : b]);
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
