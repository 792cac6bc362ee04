using CompileTime.Training;

namespace CompileTime.Tests.Training;

/// <summary>Small data sets and networks that train in well under a second.</summary>
internal static class Problems
{
    /// <summary>Two features, two classes in a chequered pattern: not linearly separable.</summary>
    public static Dataset Chequered(int count, int seed)
    {
        var samples = LayerCases.Uniform(2 * count, seed);
        return new Dataset(samples, Enumerable.Range(0, count).Select(i => samples[2 * i] * samples[(2 * i) + 1] > 0 ? 1 : 0).ToArray());
    }

    /// <summary>One-channel images of 8 x 8 bytes with a bar: the class tells whether it lies, stands, or is missing.</summary>
    public static Dataset Bars(int count, int seed)
    {
        var random = SeededRandom.For(seed, 200);
        var samples = new byte[count * 64];
        var labels = new int[count];
        for (var n = 0; n < count; n++)
        {
            labels[n] = random.NextInt(3);
            var at = random.NextInt(8);
            for (var i = 0; i < 64; i++)
            {
                var isBar = labels[n] == 0 ? i / 8 == at : labels[n] == 1 && i % 8 == at;
                samples[(n * 64) + i] = (byte)((isBar ? 150 : 0) + random.NextInt(100));
            }
        }

        return new Dataset(samples, labels);
    }

    public static NetworkText Mlp() => new NetworkText("2").Linear(16).ReLU().Linear(2);

    /// <summary>With everything that carries state: batch statistics, dropout, a residual.</summary>
    public static NetworkText Convolutional() => new NetworkText("1x8x8", "scale=0.00392156886 offset=-0.5")
        .Conv(5, 3, padding: 1).BatchNorm().ReLU().Conv(5, 3, padding: 1).Add("2", "3")
        .MaxPool(new(2, 2, 2, 2)).Flatten().Dropout("0.2").Linear(3);

    public static uint[] Bits(Trainer trainer) =>
        [.. trainer.ParameterNames.SelectMany(trainer.GetParameter).Select(BitConverter.SingleToUInt32Bits)];
}

/// <summary>Reports on the caller's thread, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class Recorder(Action<FitProgress>? then = null) : IProgress<FitProgress>
{
    public List<FitProgress> Reports { get; } = [];

    public void Report(FitProgress value)
    {
        Reports.Add(value);
        then?.Invoke(value);
    }
}
