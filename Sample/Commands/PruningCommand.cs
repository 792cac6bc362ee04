using System.CommandLine;
using Sample.Data;
using Sample.Display;
using Sample.Measure;
using Sample.Networks;
using Spectre.Console;

namespace Sample.Commands;

/// <summary><c>pruning</c>: the tables and the plots of docs/pruning.md. The first run trains, the second measures what was compiled.</summary>
internal static class PruningCommand
{
    private const int BatchSize = 64;
    private const int CalibrationSamples = 2_000;
    private const int Rounds = 51;

    // The interpreter is slow: it proves that the class has the saved weights, and the class tells the accuracy.
    private const int ValidationSamples = 500;

    /// <summary>The command line.</summary>
    public static Command Create()
    {
        var data = Options.Data($"Folder that has the folder fashion-mnist (default: the environment variable {Options.DataVariable}).");
        var output = Options.Output("docs/pruning.md");
        var seed = Options.Seed();
        var train = new Option<bool>("--train") { Description = "Train anew, though there are networks to measure." };
        var command = new Command("pruning",
            "Trains a LeNet and a ResNet8 pruned in many patterns; run again, and so built again, measures them and writes docs/pruning.md.")
        {
            data, output, seed, train,
        };
        command.SetAction((arguments, cancellationToken) => Guard.RunAsync(console =>
        {
            var target = Path.GetFullPath(arguments.GetValue(output) ?? ArtifactFolder.Document("pruning.md"));
            _ = ResultsReport.Around(target);
            var images = ImageData.FromFolder(Path.Combine(Options.Folder(arguments.GetValue(data)), "fashion-mnist"));
            if (arguments.GetValue(train) || !PrunedFamily.All.SelectMany(family => family.Networks).All(pruned => CompiledNetworks.Has(pruned.Network)))
                Train(console, images, arguments.GetValue(seed), arguments.GetValue(train), cancellationToken);
            else
                Measure(console, images, target, cancellationToken);
        }));
        return command;
    }

    private static void Train(IAnsiConsole console, ImageData data, int seed, bool anew, CancellationToken cancellationToken)
    {
        var stages = new Stages(console);
        foreach (var family in PrunedFamily.All)
        {
            if (!anew && family.Networks.All(pruned => CompiledNetworks.Has(pruned.Network)))
                continue;
            var images = data.Train.Slice(0, Math.Min(family.TrainImages, data.Train.Count));
            var whole = family.Networks[0].Network.CreateTrainer(seed);
            stages.Fit(family.Name, progress => whole.Fit(images, Fit(family.Epochs, 2e-3f, progress), cancellationToken));
            foreach (var (_, amount, network) in family.Networks)
            {
                var trainer = network.CreateTrainer(seed);
                foreach (var name in whole.ParameterNames)
                    trainer.SetParameter(name, whole.GetParameter(name));
                if (amount > 0)
                {
                    trainer.Prune();
                    stages.Fit(network.ClassName,
                        progress => trainer.Fit(images, Fit(family.FineTuneEpochs, 1e-3f, progress), cancellationToken));
                }

                trainer.Calibrate(images.Slice(0, Math.Min(CalibrationSamples, images.Count)));
                trainer.Convert().Save(CompiledNetworks.PathOf(network));
            }
        }

        console.MarkupLineInterpolated($"[yellow]Run again: the build then compiles the saved weights, and the run measures them.[/]");
    }

    private static void Measure(IAnsiConsole console, ImageData data, string output, CancellationToken cancellationToken)
    {
        var stages = new Stages(console);
        var results = PrunedFamily.All.Select(family => (family, (IReadOnlyList<PruningResult>)Measure(stages, family, data.Test, cancellationToken)))
            .ToList();
        var text = PruningReport.Write(results);
        ResultsReport.Save(text, output);
        foreach (var (name, svg) in results.SelectMany(result => PruningReport.Plots(result.family, result.Item2)))
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(output)!, name), svg);
        console.Profile.Out.Writer.Write(text);
    }

    private static List<PruningResult> Measure(Stages stages, PrunedFamily family, Dataset test, CancellationToken cancellationToken)
    {
        var sample = test.Slice(0, Math.Min(ValidationSamples, test.Count));
        var classes = family.Networks.Select(pruned => pruned.Network.Compiled()).ToList();
        var times = stages.Run("Time", () => Contest.Run(family.Networks[0].Network.CreateTrainer(0), classes, test, Rounds, cancellationToken),
            _ => $"{classes.Count} networks");
        return [.. family.Networks.Select((pruned, i) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var accuracy = Classifier.Accuracy(classes[i], test);
            var report = stages.Run(pruned.Network.ClassName,
                () => CompressedModel.Load(CompiledNetworks.PathOf(pruned.Network) + ".ctm").Validate(sample),
                report => $"accuracy {Format.Percent(accuracy)}, {Format.Count(report.ShippedBytes)} bytes");
            if (Classifier.Accuracy(classes[i], sample) != report.Int8)
                throw new InvalidDataException($"{pruned.Network.ClassName} was compiled with other weights than are saved: build again.");
            return new PruningResult(pruned.Pattern, pruned.Amount, accuracy, (double)report.KeptInt8 / report.Weights,
                report.ShippedBytes, report.MacsLeft, times[i + 1]);
        })];
    }

    private static FitOptions Fit(int epochs, float learningRate, IProgress<FitProgress> progress) => new()
    {
        Epochs = epochs, BatchSize = BatchSize, Optimizer = new Adam(learningRate), Schedule = LearningRateSchedule.Cosine(), Progress = progress,
    };
}
