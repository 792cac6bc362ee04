using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>How important each unit of a parameter is, by method: the least important are pruned. A new method is one more line.</summary>
internal static class Importance
{
    // The stream of random scores (1 to 4 are those of weights, dropout, the order of samples, and splits of data).
    private const int Stream = 5;

    /// <summary>One score per element of the parameter, not negative.</summary>
    public static float[] Scores(PruningMethod method, Parameter parameter, int seed = 0) => method switch
    {
        PruningMethod.L1 or PruningMethod.Ln => Array.ConvertAll(parameter.Value, MathF.Abs),
        PruningMethod.Random => Draw(parameter, parameter.Value.Length, seed),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "This pruning method is unknown."),
    };

    /// <summary>The parameter with a score per unit.</summary>
    /// <param name="parameter">What is to be pruned.</param>
    /// <param name="units">What is pruned as one.</param>
    /// <param name="method">L1, Ln or Random.</param>
    /// <param name="norm">Which norm of a unit's elements.</param>
    /// <param name="seed">Decides random scores.</param>
    /// <param name="given">A score per element in the place of the values; null for the values.</param>
    public static PruningTarget Target(
        Parameter parameter, Units units, PruningMethod method, double norm, int seed, float[]? given = null)
    {
        if (norm == 0 || double.IsNaN(norm))
            throw new ArgumentException($"There is no {norm}-norm to prune by: n can be any number but 0, or an infinity.", nameof(norm));
        return new PruningTarget(parameter, units, method == PruningMethod.Random
            ? Draw(parameter, units.Count, seed)
            : units.Norms(given ?? Scores(method, parameter), norm));
    }

    /// <summary>
    /// The mean norm of a whole layer's weights, relative to the size that initialization gives them, which is less the more inputs an
    /// output has: layers of all sizes compare.
    /// </summary>
    public static PruningTarget OfLayer(PruningTarget target)
    {
        var scale = MathF.Sqrt((float)target.Parameter.Value.Length / target.Parameter.Shape[0]);
        return target with { Scores = [target.Scores[0] * scale] };
    }

    /// <summary>The method and norm of a rule.</summary>
    public static (PruningMethod Method, double Norm) Of(PruneRule rule) =>
        Enum.TryParse<PruningMethod>(rule.Method, out var method) && Enum.IsDefined(method)
            ? (method, rule.Norm)
            : throw new InvalidOperationException($"The pruning method '{rule.Method}' is not supported by this version of the library.");

    // The same unit has the same score in every round: those that are left are still in random order, and a resumed Fit draws as the
    // first one did.
    private static float[] Draw(Parameter parameter, int count, int seed)
    {
        var name = 14695981039346656037UL;
        foreach (var c in parameter.Name)
            name = (name ^ c) * 1099511628211UL;
        var random = SeededRandom.For(seed, Stream, (long)name);
        var scores = new float[count];
        for (var i = 0; i < count; i++)
            scores[i] = random.NextFloat();
        return scores;
    }
}
