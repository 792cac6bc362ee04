using System.CommandLine;
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
    private const string DataVariable = "COMPILETIME_DATA";
    private const int Rounds = 101;

    private static readonly string[] s_networks = ["mlp", "lenet"];

    /// <summary>The command line.</summary>
    public static Command Create()
    {
        var data = Options.Data($"Folder that has the folders mnist and fashion-mnist (default: the environment variable {DataVariable}).");
        var output = new Option<string?>("--output")
        {
            Description = "Markdown file to write; of an existing one, only the part between the results markers is replaced "
                + "(default: docs/results.md of the checkout).",
            HelpName = "FILE",
        };
        var seed = Options.Seed();
        var command = new Command("results", "Measures accuracy, size and speed on MNIST and Fashion-MNIST and writes docs/results.md.")
        {
            data, output, seed,
        };
        command.SetAction((arguments, cancellationToken) => Guard.RunAsync(console => Run(
            console,
            arguments.GetValue(data) ?? Environment.GetEnvironmentVariable(DataVariable),
            arguments.GetValue(output) ?? Path.Combine(ArtifactFolder.Find(), "..", "..", "docs", "results.md"),
            arguments.GetValue(seed),
            cancellationToken)));
        return command;
    }

    private static void Run(IAnsiConsole console, string? folder, string output, int seed, CancellationToken cancellationToken)
    {
        if (folder is null)
            throw new InvalidDataException($"Give --data DIR, or set {DataVariable}: a folder with the folders mnist and fashion-mnist.");
        var collections = ImageCollection.FindIn(folder);
        var results = new List<Result>();
        foreach (var collection in collections)
        {
            var data = ImageData.FromFolder(collection.Folder);
            foreach (var network in s_networks.Select(SampleNetwork.Get))
            {
                console.MarkupLineInterpolated($"[bold]{network.ClassName}[/] on {collection.Title}");
                results.Add(Measure(console, collection.Title, network, data, seed, cancellationToken));
                console.WriteLine();
            }
        }

        var report = ResultsReport.Write(results, seed);
        console.WriteLine(report);
        ResultsReport.Save(report, output);
    }

    private static Result Measure(
        IAnsiConsole console, string title, SampleNetwork network, ImageData data, int seed, CancellationToken cancellationToken)
    {
        var stages = new Stages(console);
        var compressed = Compression.Run(network, data, Recipe.ForResults, seed, stages, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("compiletime-results-");
        try
        {
            var path = Path.Combine(folder.FullName, network.ClassName);
            compressed.Model.Save(path);
            var generated = network.Load(path + ".ctm");
            var int8Accuracy = Classifier.Accuracy(generated, data.Test);
            Spread[] times = [];
            stages.Run("Time", () => times = Contest.Run(compressed.Trainer, [generated], data.Test, Rounds, cancellationToken),
                _ => $"{Format.Microseconds(times[1].Median)} µs, float {Format.Microseconds(times[0].Median)} µs");
            return new Result(title, network, compressed, int8Accuracy, times[0], times[1], data.Train.Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
