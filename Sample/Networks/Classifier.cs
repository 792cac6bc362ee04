namespace Sample.Networks;

/// <summary>Classifies one image of 28x28 bytes: ten logits.</summary>
internal delegate void PredictBytes(ReadOnlySpan<byte> pixels, Span<float> logits);

/// <summary>From logits to answers.</summary>
internal static class Classifier
{
    /// <summary>Number of labels.</summary>
    public const int Classes = 10;

    /// <summary>The label with the highest logit.</summary>
    public static int Classify(PredictBytes predict, ReadOnlySpan<byte> pixels)
    {
        Span<float> logits = stackalloc float[Classes];
        predict(pixels, logits);
        var best = 0;
        for (var label = 1; label < Classes; label++)
        {
            if (logits[label] > logits[best])
                best = label;
        }

        return best;
    }

    /// <summary>The fraction of images that get their own label.</summary>
    public static double Accuracy(PredictBytes predict, Dataset images)
    {
        var correct = 0;
        for (var i = 0; i < images.Count; i++)
            correct += Classify(predict, images.Bytes(i)) == images.Label(i) ? 1 : 0;
        return (double)correct / images.Count;
    }
}
