namespace CompileTime.Pruning;

/// <summary>
/// Chooses by score among what is not pruned yet, as PyTorch's PruningContainer does. Of equal scores the one that comes first goes
/// first, in the order of the targets and of the units within each; NaN counts as largest. (PyTorch leaves equal scores to its sort.)
/// </summary>
internal static class Selection
{
    /// <summary>Prunes the units with the lowest scores over all targets together.</summary>
    /// <param name="targets">What is ranked together.</param>
    /// <param name="count">How much to prune: at most the units that are left, or the elements of these.</param>
    /// <param name="keepOne">Whether a target keeps a unit as long as there are others to prune: a layer without any ends the
    /// network.</param>
    /// <param name="bySize">
    /// Counts elements and not units: units of different size go in the order of their scores, up to the one with which the number of
    /// elements is nearest.
    /// </param>
    public static void PruneLowest(IReadOnlyList<PruningTarget> targets, int count, bool keepOne = false, bool bySize = false)
    {
        if (count == 0)
            return;

        // Bits of non-negative floats are ordered like their values, with NaN above infinity: one integer holds score and position.
        var candidates = new List<ulong>();
        var chosen = targets.Select(target => new bool[target.Units.Count]).ToArray();
        var starts = new int[targets.Count];
        var remaining = new int[targets.Count];
        var sizes = targets.Select(target => bySize ? target.Units.Sizes() : null).ToArray();
        var position = 0;
        for (var t = 0; t < targets.Count; t++)
        {
            starts[t] = position;
            var left = targets[t].Units.Left(targets[t].Parameter.Mask);
            for (var u = 0; u < left.Length; u++, position++)
            {
                if (!left[u])
                    continue;
                remaining[t]++;
                candidates.Add(((ulong)BitConverter.SingleToUInt32Bits(MathF.Abs(targets[t].Scores[u])) << 32) | (uint)position);
            }
        }

        candidates.Sort();
        var last = new List<uint>();
        foreach (var candidate in candidates)
        {
            var target = TargetOf((uint)candidate);
            if (IsReached((uint)candidate, target))
            {
                // There are others still, though they are too large to bring the number nearer.
                last.Clear();
                break;
            }

            if (keepOne && remaining[target] == 1)
            {
                last.Add((uint)candidate);
                continue;
            }

            Choose((uint)candidate, target);
        }

        foreach (var unit in last.TakeWhile(unit => !IsReached(unit, TargetOf(unit))))
            Choose(unit, TargetOf(unit));
        for (var t = 0; t < targets.Count; t++)
            targets[t].Prune(chosen[t]);

        int TargetOf(uint unit)
        {
            // Targets without units share their start with the next one, which is the one that is found.
            var found = targets.Count - 1;
            while (starts[found] > unit)
                found--;
            return found;
        }

        int Size(uint unit, int target) => sizes[target]?[unit - starts[target]] ?? 1;

        // Whether the number is nearer without the unit than with it.
        bool IsReached(uint unit, int target) => 2L * count <= Size(unit, target);

        void Choose(uint unit, int target)
        {
            chosen[target][unit - starts[target]] = true;
            remaining[target]--;
            count -= Size(unit, target);
        }
    }

    /// <summary>Prunes the units with scores below the threshold.</summary>
    public static void PruneBelow(PruningTarget target, double threshold)
    {
        var below = target.Scores.Select(score => score < threshold).ToArray();
        if (below.Contains(true))
            target.Prune(below);
    }
}
