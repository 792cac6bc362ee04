using System.CommandLine;
using Sample.Data;
using Sample.Display;
using Sample.Measure;
using Sample.Networks;
using Spectre.Console;

namespace Sample.Commands;

/// <summary><c>pruning</c>: the table and the plots of docs/pruning.md. The first run trains, the second measures what was compiled.</summary>
internal static class PruningCommand
{
    private const int Epochs = 4;
    private const int FineTuneEpochs = 1;
    private const int BatchSize = 64;
    private const int CalibrationSamples = 2_000;
    private const int Rounds = 51;

    /// <summary>The command line.</summary>
    public static Command Create()
    {
        var data = Options.Data($"Folder that has the folder fashion-mnist (default: the environment variable {Options.DataVariable}).");
        var output = Options.Output("docs/pruning.md");
        var seed = Options.Seed();
        var train = new Option<bool>("--train") { Description = "Train anew, though there are networks to measure." };
        var command = new Command("pruning",
            "Trains a LeNet pruned in many patterns; run again, and so built again, measures them and writes docs/pruning.md.")
        {
            data, output, seed, train,
        };
        command.SetAction((arguments, cancellationToken) => Guard.RunAsync(console =>
        {
            var target = Path.GetFullPath(arguments.GetValue(output) ?? ArtifactFolder.Document("pruning.md"));
            _ = ResultsReport.Around(target);
            var images = ImageData.FromFolder(Path.Combine(Options.Folder(arguments.GetValue(data)), "fashion-mnist"));
            if (arguments.GetValue(train) || !PrunedNetwork.All.All(IsCompiled))
                Train(console, images, arguments.GetValue(seed), cancellationToken);
            else
                Measure(console, images, target, cancellationToken);
        }));
        return command;
    }

    private static void Train(IAnsiConsole console, ImageData data, int seed, CancellationToken cancellationToken)
    {
        var stages = new Stages(console);
        var whole = PrunedNetwork.All[0].Network.CreateTrainer(seed);
        stages.Fit("Train", progress => whole.Fit(data.Train, Fit(Epochs, 2e-3f, progress), cancellationToken));
        foreach (var (pattern, amount, network) in PrunedNetwork.All)
        {
            var trainer = network.CreateTrainer(seed);
            foreach (var name in whole.ParameterNames)
                trainer.SetParameter(name, whole.GetParameter(name));
            if (amount > 0)
            {
                trainer.Prune();
                stages.Fit(network.ClassName, progress => trainer.Fit(data.Train, Fit(FineTuneEpochs, 1e-3f, progress), cancellationToken));
            }

            trainer.Calibrate(data.Train.Slice(0, Math.Min(CalibrationSamples, data.Train.Count)));
            trainer.Convert().Save(PathOf(network));
        }

        console.MarkupLineInterpolated($"[yellow]Run again: the build then compiles the saved weights, and the run measures them.[/]");
    }

    private static void Measure(IAnsiConsole console, ImageData data, string output, CancellationToken cancellationToken)
    {
        var stages = new Stages(console);
        var classes = PrunedNetwork.All.Select(pruned => pruned.Network.Compiled()).ToList();
        var times = stages.Run("Time", () => Contest.Run(PrunedNetwork.All[0].Network.CreateTrainer(0), classes, data.Test, Rounds,
            cancellationToken), _ => $"{classes.Count} networks");
        var results = PrunedNetwork.All.Select((pruned, i) =>
        {
            var report = stages.Run(pruned.Network.ClassName, () => CompressedModel.Load(PathOf(pruned.Network) + ".ctm").Validate(data.Test),
                report => $"accuracy {Format.Percent(report.Int8)}, {Format.Count(report.ShippedBytes)} bytes");
            if (Classifier.Accuracy(classes[i], data.Test) != report.Int8)
                throw new InvalidDataException($"{pruned.Network.ClassName} was compiled with other weights than are saved: build again.");
            return new PruningResult(pruned.Pattern, pruned.Amount, report.Int8, (double)report.KeptInt8 / report.Weights,
                report.ShippedBytes, report.MacsLeft, times[i + 1]);
        }).ToList();

        var text = PruningReport.Write(results);
        ResultsReport.Save(text, output);
        foreach (var (name, svg) in PruningReport.Plots(results))
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(output)!, name), svg);
        console.Profile.Out.Writer.Write(text);
    }

    private static FitOptions Fit(int epochs, float learningRate, IProgress<FitProgress> progress) => new()
    {
        Epochs = epochs, BatchSize = BatchSize, Optimizer = new Adam(learningRate), Schedule = LearningRateSchedule.Cosine(), Progress = progress,
    };

    private static string PathOf(SampleNetwork network) => Path.Combine(ArtifactFolder.Find(), "Pruned", network.ClassName);

    private static bool IsCompiled(PrunedNetwork pruned)
    {
        try
        {
            _ = pruned.Network.Compiled();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
