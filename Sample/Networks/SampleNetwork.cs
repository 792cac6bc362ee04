namespace Sample.Networks;

/// <summary>What the commands need of a declared network; the declared classes themselves stay plain.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="ClassName">The declared class, and the name of its files in Models.</param>
/// <param name="CreateTrainer">A trainer with fresh weights from a seed.</param>
/// <param name="Compiled">The class with the weights that were compiled in. Throws InvalidOperationException when there were none.</param>
/// <param name="Load">The class with the weights of a file.</param>
internal sealed record SampleNetwork(
    string Name,
    string ClassName,
    Func<int, Trainer> CreateTrainer,
    Func<PredictBytes> Compiled,
    Func<string, PredictBytes> Load)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SampleNetwork> All { get; } =
    [
        new("mlp", nameof(DigitMlp), DigitMlp.CreateTrainer,
            () => new DigitMlp().Predict, path => DigitMlp.Load(path).Predict),
        new("lenet", nameof(DigitLeNet), DigitLeNet.CreateTrainer,
            () => new DigitLeNet().Predict, path => DigitLeNet.Load(path).Predict),
        new("resnet8", nameof(DigitResNet8), DigitResNet8.CreateTrainer,
            () => new DigitResNet8().Predict, path => DigitResNet8.Load(path).Predict),
    ];

    /// <summary>The network of a name on the command line.</summary>
    public static SampleNetwork Get(string name) => All.Single(network => network.Name == name);
}
