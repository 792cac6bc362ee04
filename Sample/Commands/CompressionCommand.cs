using System.CommandLine;
using Sample.Data;
using Sample.Display;
using Sample.Measure;
using Sample.Pipeline;
using Spectre.Console;

namespace Sample.Commands;

/// <summary><c>compression</c>: the numbers of docs/results-compression.md, measured anew.</summary>
internal static class CompressionCommand
{
    /// <summary>The command line.</summary>
    public static Command Create()
    {
        var data = Options.Data($"Folder that has the folder mnist (default: the environment variable {Options.DataVariable}).");
        var output = Options.Output("docs/results-compression.md");
        var seed = Options.Seed();
        var command = new Command("compression",
            "Compresses the two networks of Deep Compression as far as they go and writes docs/results-compression.md.")
        {
            data, output, seed,
        };
        command.SetAction((arguments, cancellationToken) => Guard.RunAsync(console => Run(
            console,
            Options.Folder(arguments.GetValue(data)),
            arguments.GetValue(output) ?? ArtifactFolder.Document("results-compression.md"),
            arguments.GetValue(seed),
            cancellationToken)));
        return command;
    }

    private static void Run(IAnsiConsole console, string folder, string output, int seed, CancellationToken cancellationToken)
    {
        output = Path.GetFullPath(output);
        _ = MarkedDocument.Around(output);
        var data = ImageData.FromFolder(Path.Combine(folder, "mnist"));
        var results = new List<(ExtremeCompression, ValidationReport)>();
        foreach (var way in ExtremeCompression.All)
        {
            console.MarkupLineInterpolated($"[bold]{way.Title}[/]");
            results.Add((way, way.Run(data, seed, new Stages(console), cancellationToken)));
            console.WriteLine();
        }

        var report = CompressionReport.Write(results, seed);
        MarkedDocument.Save(report, output);
        console.Profile.Out.Writer.Write(report);
    }
}
