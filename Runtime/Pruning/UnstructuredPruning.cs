using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>
/// torch.nn.utils.prune, unstructured: l1_unstructured for one parameter, global_unstructured for several. As in PyTorch's
/// PruningContainer, a second call chooses among what is left, and the amount is a fraction of that.
/// </summary>
internal static class UnstructuredPruning
{
    /// <summary>
    /// Prunes the elements with the smallest scores over all parameters together: sets the masks, and the values to zero. Of equal
    /// scores the one that comes first goes first, in the order of the parameters and row-major within each; NaN counts as largest.
    /// </summary>
    /// <param name="parameters">What shares one threshold.</param>
    /// <param name="scores">One array per parameter, not negative.</param>
    /// <param name="amount">How much of what is left.</param>
    /// <returns>The number of elements pruned by this call.</returns>
    public static int Prune(IReadOnlyList<Parameter> parameters, IReadOnlyList<float[]> scores, PruningAmount amount)
    {
        // Bits of non-negative floats are ordered like their values, with NaN above infinity: one integer holds score and position.
        var candidates = new List<ulong>();
        var position = 0;
        for (var p = 0; p < parameters.Count; p++)
        {
            var mask = parameters[p].Mask;
            for (var i = 0; i < scores[p].Length; i++, position++)
            {
                if (mask is null || mask[i] != 0)
                    candidates.Add(((ulong)BitConverter.SingleToUInt32Bits(MathF.Abs(scores[p][i])) << 32) | (uint)position);
            }
        }

        var count = amount.Of(candidates.Count);
        if (count == 0)
            return 0;
        candidates.Sort();
        var pruned = new HashSet<uint>(count);
        for (var i = 0; i < count; i++)
            pruned.Add((uint)candidates[i]);
        position = 0;
        foreach (var parameter in parameters)
        {
            var mask = parameter.Mask ??= Ones(parameter.Value.Length);
            for (var i = 0; i < mask.Length; i++, position++)
            {
                if (!pruned.Contains((uint)position))
                    continue;
                mask[i] = 0;
                parameter.Value[i] = 0;
            }
        }

        return count;
    }

    /// <summary>The number of elements that are not pruned yet.</summary>
    public static int Remaining(Parameter parameter) => parameter.Mask?.Count(kept => kept != 0) ?? parameter.Value.Length;

    private static float[] Ones(int length)
    {
        var ones = new float[length];
        Array.Fill(ones, 1f);
        return ones;
    }
}
