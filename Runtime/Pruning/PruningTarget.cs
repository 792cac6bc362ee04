using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>A parameter, what is pruned as one in it, and how important each of that is.</summary>
/// <param name="Parameter">Its mask and values change.</param>
/// <param name="Units">What is pruned as one.</param>
/// <param name="Scores">One per unit, not negative: the lowest go first.</param>
internal sealed record PruningTarget(Parameter Parameter, Units Units, float[] Scores)
{
    /// <summary>The number of units that are not pruned yet.</summary>
    public int Remaining => Units.Left(Parameter.Mask).Count(left => left);

    /// <summary>The elements of the units that are not pruned yet.</summary>
    public int RemainingElements
    {
        get
        {
            var left = Units.Left(Parameter.Mask);
            return Units.Sizes().Where((_, unit) => left[unit]).Sum();
        }
    }

    /// <summary>Prunes whole units.</summary>
    public void Prune(bool[] units)
    {
        var mask = Parameter.Mask ??= Ones(Parameter.Value.Length);
        for (var i = 0; i < mask.Length; i++)
        {
            if (!units[Units.Of(i)])
                continue;
            mask[i] = 0;
            Parameter.Value[i] = 0;
        }
    }

    /// <summary>
    /// The scores divided by the mean of those that are left, which makes layers comparable: Torch-Pruning's normalizer "mean".
    /// </summary>
    public PruningTarget Normalized()
    {
        var left = Units.Left(Parameter.Mask);
        var mean = Scores.Where((_, unit) => left[unit]).Select(score => (double)score).DefaultIfEmpty(0).Average();
        return mean > 0 && double.IsFinite(mean) ? this with { Scores = Array.ConvertAll(Scores, score => (float)(score / mean)) } : this;
    }

    public static float[] Ones(int length)
    {
        var ones = new float[length];
        Array.Fill(ones, 1f);
        return ones;
    }
}
