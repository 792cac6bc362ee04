using Sample.Networks;

namespace Sample.Measure;

/// <summary>Races the float network against int8 classes over test images.</summary>
internal static class Contest
{
    // Enough images that no branch predictor learns them, few enough to stay in the cache as an application's input would.
    private const int Images = 64;

    /// <summary>Microseconds per prediction: the float network first, then each of the classes.</summary>
    public static Spread[] Run(
        Trainer trainer, IReadOnlyList<PredictBytes> classes, Dataset test, int rounds, CancellationToken cancellationToken)
    {
        var count = Math.Min(Images, test.Count);
        var floats = Enumerable.Range(0, count).Select(i => ToFloats(test.Bytes(i))).ToArray();
        var contenders = new List<Action<int>> { i => trainer.Predict(floats[i % count]) };
        foreach (var predict in classes)
        {
            var logits = new float[Classifier.Classes];
            contenders.Add(i => predict(test.Bytes(i % count), logits));
        }

        return Timing.Race(rounds, contenders, cancellationToken);
    }

    private static float[] ToFloats(ReadOnlySpan<byte> pixels)
    {
        var values = new float[pixels.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = pixels[i] / 255f;
        return values;
    }
}
