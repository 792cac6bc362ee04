using Sample.Networks;

namespace CompileTime.Benchmarks.Networks;

/// <summary>The eight networks, under the names of the command line.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="CreateTrainer">From a seed.</param>
/// <param name="IsConvolutional">Whether there are filters worth removing.</param>
internal sealed record BenchmarkNetwork(string Name, Func<int, Trainer> CreateTrainer, bool IsConvolutional)
{
    /// <summary>All of them, small to large within their kind.</summary>
    public static IReadOnlyList<BenchmarkNetwork> All { get; } =
    [
        new("tabular", Tabular.CreateTrainer, IsConvolutional: false),
        new("mlp", Mlp.CreateTrainer, IsConvolutional: false),
        new("autoencoder", Autoencoder.CreateTrainer, IsConvolutional: false),
        new("wide", WideMlp.CreateTrainer, IsConvolutional: false),
        new("lenet5", DigitLeNet.CreateTrainer, IsConvolutional: true),
        new("resnet8", ImageResNet8.CreateTrainer, IsConvolutional: true),
        new("dscnn", KeywordDsCnn.CreateTrainer, IsConvolutional: true),
        new("mobilenet", MobileNet.CreateTrainer, IsConvolutional: true),
    ];
}
