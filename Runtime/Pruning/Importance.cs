using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>How important each weight is, by method: the least important are pruned. A new unstructured method is one more line.</summary>
internal static class Importance
{
    /// <summary>One score per element of the parameter, not negative.</summary>
    public static float[] Scores(PruningMethod method, Parameter parameter) => method switch
    {
        PruningMethod.L1 => Array.ConvertAll(parameter.Value, MathF.Abs),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "This pruning method is unknown."),
    };
}
