using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>How far a network's results are from those of the float network, summed over samples.</summary>
internal static class OutputError
{
    /// <summary>Squared differences.</summary>
    public static double Squared(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        var sum = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = (double)actual[i] - expected[i];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>Kullback-Leibler divergence of softmax(expected) from softmax(actual), for one sample.</summary>
    public static double Divergence(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        var (p, q) = (LogSum(expected), LogSum(actual));
        var sum = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            var log = expected[i] - p;
            sum += Math.Exp(log) * (log - (actual[i] - q));
        }

        return sum;
    }

    private static double LogSum(ReadOnlySpan<float> logits)
    {
        var largest = logits[VectorMath.ArgMax(logits)];
        var sum = 0.0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - largest);
        return largest + Math.Log(sum);
    }
}
