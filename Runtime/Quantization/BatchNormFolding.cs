namespace CompileTime.Quantization;

/// <summary>
/// torch.nn.utils.fusion: a batch normalization becomes part of the weight and bias before it, rounded as PyTorch rounds.
/// </summary>
internal static class BatchNormFolding
{
    /// <param name="weight">Row-major with the output channels first; scaled in place.</param>
    /// <param name="bias">One value per channel; replaced in place (zeros where the layer has none).</param>
    /// <param name="gamma">The normalization's weight.</param>
    /// <param name="beta">The normalization's bias.</param>
    /// <param name="mean">The running mean.</param>
    /// <param name="variance">The running variance.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static void Fold(Span<float> weight, Span<float> bias, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta,
        ReadOnlySpan<float> mean, ReadOnlySpan<float> variance, double epsilon)
    {
        var filter = weight.Length / bias.Length;
        for (var channel = 0; channel < bias.Length; channel++)
        {
            var shifted = variance[channel] + (float)epsilon;
            var reciprocal = 1f / MathF.Sqrt(shifted);
            var factor = gamma[channel] * reciprocal;
            foreach (ref var value in weight.Slice(channel * filter, filter))
                value *= factor;
            var centered = bias[channel] - mean[channel];
            centered *= reciprocal;
            centered *= gamma[channel];
            bias[channel] = centered + beta[channel];
        }
    }
}
