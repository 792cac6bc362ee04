using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>N:M: of each group of M consecutive inputs (dimension 1) of one output, at one place of the kernel, N are kept.</summary>
internal static class NofM
{
    /// <summary>Prunes the smallest magnitudes of each group, equal ones by index, until no more than <paramref name="keep"/> are
    /// left.</summary>
    /// <param name="parameter">A weight, <c>[out, in, ...]</c>.</param>
    /// <param name="scores">One per element; magnitudes count.</param>
    /// <param name="keep">N.</param>
    /// <param name="of">M.</param>
    /// <exception cref="ArgumentException">N and M are not a pattern, or the inputs do not divide into groups.</exception>
    public static void Prune(Parameter parameter, float[] scores, int keep, int of)
    {
        Check(parameter, keep, of);
        var taps = parameter.Shape.Skip(2).Aggregate(1, (product, size) => product * size);
        var pruned = new bool[parameter.Value.Length];
        var places = new int[of];
        for (var group = 0; group < pruned.Length / of; group++)
        {
            // Elements of a group are as far apart as the kernel has places.
            var start = (group / taps * of * taps) + (group % taps);
            for (var i = 0; i < of; i++)
                places[i] = start + (i * taps);

            // What is pruned already goes first, so that it is not counted as kept. The sort is stable.
            foreach (var place in places.OrderBy(IsLeft).ThenBy(Magnitude).Take(of - keep))
                pruned[place] = true;
        }

        new PruningTarget(parameter, Units.Single(pruned.Length), scores).Prune(pruned);

        // Ordered like the values, with NaN above infinity.
        uint Magnitude(int place) => BitConverter.SingleToUInt32Bits(MathF.Abs(scores[place]));

        bool IsLeft(int place) => parameter.Mask is null || parameter.Mask[place] != 0;
    }

    public static void Check(Parameter parameter, int keep, int of)
    {
        if (keep < 1 || of <= keep)
            throw new ArgumentException($"{keep}:{of} is not a pattern: N must be at least 1, and M more than N, such as 2:4.");
        if (parameter.Shape.Length < 2 || parameter.Shape[1] % of != 0)
            throw new ArgumentException(
                $"{parameter.Name} of shape [{string.Join(", ", parameter.Shape)}] cannot be pruned to {keep}:{of}: its inputs " +
                $"(dimension 1) do not divide into groups of {of}.");
    }
}
