namespace CompileTime.Training;

/// <summary>The losses and their gradients. Sums are in double, in the order of the samples.</summary>
internal static class LossFunction
{
    /// <summary>Where the network's value is compared with the data.</summary>
    public static Activation Target(FloatNetwork network, Loss loss) => loss == Loss.CrossEntropy ? network.Logits : network.Output;

    /// <summary>The mean loss of a batch.</summary>
    /// <param name="loss">Which.</param>
    /// <param name="value">The network's value; its gradient is set.</param>
    /// <param name="data">The samples' labels or targets.</param>
    /// <param name="samples">Which samples the batch consists of.</param>
    public static double Compute(Loss loss, Activation value, Dataset data, ReadOnlySpan<int> samples) => loss == Loss.CrossEntropy
        ? CrossEntropy(value, data, samples)
        : MeanSquaredError(value, data, samples);

    private static double CrossEntropy(Activation value, Dataset data, ReadOnlySpan<int> samples)
    {
        var total = 0.0;
        for (var n = 0; n < samples.Length; n++)
        {
            var logits = value.Sample(n);
            var gradient = value.SampleGradient(n);
            var label = data.Label(samples[n]);
            var largest = float.NegativeInfinity;
            foreach (var logit in logits)
                largest = MathF.Max(largest, logit);
            var sum = 0.0;
            for (var i = 0; i < logits.Length; i++)
                sum += gradient[i] = MathF.Exp(logits[i] - largest);
            total += Math.Log(sum) - (logits[label] - largest);
            for (var i = 0; i < logits.Length; i++)
                gradient[i] = (float)(((gradient[i] / sum) - (i == label ? 1 : 0)) / samples.Length);
        }

        return total / samples.Length;
    }

    private static double MeanSquaredError(Activation value, Dataset data, ReadOnlySpan<int> samples)
    {
        var total = 0.0;
        var count = (double)samples.Length * value.Elements;
        for (var n = 0; n < samples.Length; n++)
        {
            var output = value.Sample(n);
            var gradient = value.SampleGradient(n);
            var target = data.HasLabels ? default : data.Target(samples[n]);
            var label = data.HasLabels ? data.Label(samples[n]) : -1;
            for (var i = 0; i < output.Length; i++)
            {
                var difference = (double)output[i] - (data.HasLabels ? (i == label ? 1 : 0) : target[i]);
                total += difference * difference;
                gradient[i] = (float)(2 * difference / count);
            }
        }

        return total / count;
    }
}
