using System.Diagnostics;
using System.Globalization;
using CompileTime.Benchmarks.Compiled;
using CompileTime.Inference;
using CompileTime.Shared;
using Sample.Display;
using Sample.Measure;
using Sample.Networks;

namespace CompileTime.Benchmarks.Pruning;

/// <summary>Trains a network, prunes it in every pattern, compiles what comes out, and measures that.</summary>
internal sealed class PruningRun(
    PruningFamily family, Dataset train, Dataset test, int seed, Stages stages, CancellationToken cancellationToken)
{
    private const int BatchSize = 64;
    private const int CalibrationSamples = 2_000;
    private const int Rounds = 51;

    // Few enough to stay in the cache, as an application's input would; enough that no branch predictor learns them.
    private const int TimedImages = 64;

    // The interpreter is slow: it shows that the generated code computes the saved network, and that code tells the accuracy.
    private const int InterpretedImages = 500;

    private readonly Dataset _train = train.Slice(0, Math.Min(family.TrainImages, train.Count));
    private readonly Dataset _interpreted = test.Slice(0, Math.Min(InterpretedImages, test.Count));

    public IReadOnlyList<PruningResult> Run()
    {
        var whole = family.CreateTrainer(seed);
        stages.Fit(family.Name, progress => whole.Fit(_train, Options(PruningFamily.Epochs, 2e-3f, progress), cancellationToken));
        var networks = family.Patterns.Select(pattern => Compile(whole, pattern)).ToList();
        var times = stages.Run("Time", () => Race([.. networks.Select(network => network.Engine)]), _ => $"{networks.Count} networks");
        return [.. networks.Zip(times, (network, time) => network.Result with { Time = time })];
    }

    private (InferenceEngine Engine, PruningResult Result) Compile(Trainer whole, PruningPattern pattern)
    {
        var title = pattern.Rule is null ? pattern.Name
            : string.Create(CultureInfo.InvariantCulture, $"{pattern.Name} {100 * pattern.Amount:0} %");
        var trainer = new Trainer(DefinitionText.Write(pattern.Variant.Of(whole.Definition)), seed);
        foreach (var name in whole.ParameterNames)
            trainer.SetParameter(name, whole.GetParameter(name));
        if (pattern.Rule is not null)
        {
            trainer.Prune();
            stages.Fit(title, progress => trainer.Fit(_train, Options(PruningFamily.FineTuneEpochs, 1e-3f, progress), cancellationToken));
        }

        trainer.Calibrate(_train.Slice(0, Math.Min(CalibrationSamples, _train.Count)));
        var model = trainer.Convert();
        var engine = NetworkCompiler.Compile(model);
        return stages.Run(title, () => (engine, Measure(pattern, model, engine)),
            network => $"accuracy {Format.Percent(network.Item2.Accuracy)}, {Format.Count(network.Item2.Bytes)} bytes");
    }

    private PruningResult Measure(PruningPattern pattern, CompressedModel model, InferenceEngine engine)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var report = model.Validate(_interpreted);
        if (Classifier.Accuracy(engine.Predict, _interpreted) != report.Int8)
            throw new UnreachableException($"{pattern.Name}: the generated code does not agree with the reference interpreter.");
        return new PruningResult(pattern, Classifier.Accuracy(engine.Predict, test), (double)report.KeptInt8 / report.Weights,
            report.ShippedBytes, report.MacsLeft, default);
    }

    private Spread[] Race(IReadOnlyList<InferenceEngine> engines)
    {
        var count = Math.Min(TimedImages, test.Count);
        var logits = new float[Classifier.Classes];
        return Timing.Race(Rounds, [.. engines.Select(engine => (Action<int>)(i => engine.Predict(test.Bytes(i % count), logits)))],
            cancellationToken);
    }

    private static FitOptions Options(int epochs, float learningRate, IProgress<FitProgress> progress) => new()
    {
        Epochs = epochs, BatchSize = BatchSize, Optimizer = new Adam(learningRate), Schedule = LearningRateSchedule.Cosine(),
        Progress = progress,
    };
}
