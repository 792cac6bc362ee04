using System.CommandLine;
using System.Diagnostics;
using Sample.Data;
using Sample.Display;
using Sample.Measure;
using Sample.Networks;
using Sample.Pipeline;
using Spectre.Console;

namespace Sample.Commands;

/// <summary><c>results</c>: the numbers of docs/results.md, measured anew.</summary>
internal static class ResultsCommand
{
    private const int Rounds = 101;

    private static readonly string[] s_networks = ["mlp", "lenet"];

    /// <summary>The command line.</summary>
    public static Command Create()
    {
        var data = Options.Data(
            $"Folder that has the folders mnist and fashion-mnist (default: the environment variable {Options.DataVariable}).");
        var output = Options.Output("docs/results.md");
        var seed = Options.Seed();
        var command = new Command("results", "Measures accuracy, size and speed on MNIST and Fashion-MNIST and writes docs/results.md.")
        {
            data, output, seed,
        };
        command.SetAction((arguments, cancellationToken) => Guard.RunAsync(console => Run(
            console,
            Options.Folder(arguments.GetValue(data)),
            arguments.GetValue(output) ?? ArtifactFolder.Document("results.md"),
            arguments.GetValue(seed),
            cancellationToken)));
        return command;
    }

    private static void Run(IAnsiConsole console, string folder, string output, int seed, CancellationToken cancellationToken)
    {
        // What can be wrong is found out before the long part.
        output = Path.GetFullPath(output);
        _ = MarkedDocument.Around(output);
        var collections = ImageCollection.FindIn(folder);
        var networks = s_networks.Select(SampleNetwork.Get).ToList();
        networks.ForEach(CheckCompiled);

        var results = new List<Result>();
        foreach (var collection in collections)
        {
            var data = ImageData.FromFolder(collection.Folder);
            foreach (var network in networks)
            {
                console.MarkupLineInterpolated($"[bold]{network.ClassName}[/] on {collection.Title}");
                results.Add(Measure(new Stages(console), collection.Title, network, data, seed, cancellationToken));
                console.WriteLine();
            }
        }

        var report = ResultsReport.Write(results, seed);
        MarkedDocument.Save(report, output);
        console.Profile.Out.Writer.Write(report);
    }

    private static Result Measure(
        Stages stages, string title, SampleNetwork network, ImageData data, int seed, CancellationToken cancellationToken)
    {
        var compressed = Compression.Run(network, data, Recipe.ForResults, seed, stages, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("compiletime-results-");
        try
        {
            var path = Path.Combine(folder.FullName, network.ClassName);
            compressed.Model.Save(path);
            var generated = network.Load(path + ".ctm");
            var accuracy = stages.Run("Generated", () => Classifier.Accuracy(generated, data.Test),
                accuracy => $"accuracy {Format.Percent(accuracy)}");
            if (accuracy != compressed.Report.Int8)
                throw new UnreachableException($"The generated {network.ClassName} does not agree with the reference interpreter.");
            var times = stages.Run("Time", () => Contest.Run(compressed.Trainer, [generated], data.Test, Rounds, cancellationToken),
                times => $"{Format.Microseconds(times[1].Median)} µs, float {Format.Microseconds(times[0].Median)} µs");
            return new Result(title, network, compressed, times[0], times[1], data.Train.Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Without weights at build time there is no generated code to measure: Load would interpret.</summary>
    private static void CheckCompiled(SampleNetwork network)
    {
        try
        {
            _ = network.Compiled();
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException(
                $"There is no generated code of {network.ClassName} to measure. First: dotnet run -c Release --project Sample -- "
                + $"--model {network.Name}, then build again.",
                exception);
        }
    }
}
