using Sample.Data;
using Sample.Display;
using Sample.Networks;

namespace Sample.Pipeline;

/// <summary>What came out of a compression.</summary>
/// <param name="Trainer">The float network, pruned and fine-tuned.</param>
/// <param name="Model">The int8 network.</param>
/// <param name="Report">The float, pruned and int8 networks on the test images.</param>
/// <param name="EpochTime">One pass over the training data, before pruning.</param>
internal sealed record Compressed(Trainer Trainer, CompressedModel Model, ValidationReport Report, TimeSpan EpochTime);

/// <summary>The whole way of a network: train, prune, fine-tune, calibrate, convert, validate.</summary>
internal static class Compression
{
    // Histograms of activations settle long before all of the training data has been seen.
    private const int CalibrationSamples = 2_000;

    /// <summary>Goes it.</summary>
    public static Compressed Run(
        SampleNetwork network, ImageData data, Recipe recipe, int seed, Stages stages, CancellationToken cancellationToken)
    {
        var train = data.Train;
        var test = data.Test;
        var trainer = network.CreateTrainer(seed);

        var trainingTime = stages.Fit("Train", progress => trainer.Fit(train, recipe.Training(progress), cancellationToken));
        stages.Run("Test", () => trainer.Evaluate(test),
            accuracy => $"accuracy {Format.Percent(accuracy)}, {Format.Count(trainer.ParameterCount)} parameters");

        stages.Run("Prune", trainer.Prune, () => $"{Format.Percent(trainer.Sparsity)} of the weights are 0 and stay so");
        stages.Fit("Fine-tune", progress => trainer.Fit(train, recipe.FineTuning(progress), cancellationToken));
        stages.Run("Test", () => trainer.Evaluate(test), accuracy => $"accuracy {Format.Percent(accuracy)}");

        var samples = train.Slice(0, Math.Min(CalibrationSamples, train.Count));
        stages.Run("Calibrate", () => trainer.Calibrate(samples), () => $"ranges of {Format.Count(samples.Count)} images");
        cancellationToken.ThrowIfCancellationRequested();
        var model = stages.Run("Convert", trainer.Convert, _ => "int8");
        var report = stages.Run("Validate", () => model.Validate(test), report => $"accuracy {Format.Percent(report.Int8)} as int8");
        cancellationToken.ThrowIfCancellationRequested();
        return new Compressed(trainer, model, report, trainingTime / recipe.Epochs);
    }
}
