using System.CommandLine;
using Sample.Commands;
using Sample.Data;
using Sample.Display;
using Sample.Measure;
using Spectre.Console;

namespace CompileTime.Benchmarks.Pruning;

/// <summary><c>pruning</c>: the tables and the plots of docs/pruning.md.</summary>
internal static class PruningCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "Folder that has the folder fashion-mnist with its four IDX files.", HelpName = "DIR", Required = true,
        };
        var output = new Option<string>("--output")
        {
            Description = "Folder to write plots to, and pruning.md; of one that is there, only what stands between the markers.",
            HelpName = "DIR", DefaultValueFactory = _ => "docs",
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Of initial weights and shuffling.", HelpName = "N", DefaultValueFactory = _ => 1,
        };
        var command = new Command("pruning",
            "Trains a LeNet and a ResNet8, prunes them in many patterns, compiles and measures what comes out, and writes docs/pruning.md.")
        {
            data, output, seed,
        };
        command.SetAction((arguments, cancellationToken) => Guard.RunAsync(console => Run(console,
            Path.Combine(arguments.GetValue(data)!, "fashion-mnist"), Path.GetFullPath(arguments.GetValue(output)!),
            arguments.GetValue(seed), cancellationToken)));
        return command;
    }

    private static void Run(IAnsiConsole console, string folder, string output, int seed, CancellationToken cancellationToken)
    {
        // What can be wrong is found out before the long part.
        var document = Path.Combine(output, "pruning.md");
        _ = MarkedDocument.Around(document);
        var (train, test) = (Images(folder, "train"), Images(folder, "t10k"));

        var results = new List<(PruningFamily, IReadOnlyList<PruningResult>)>();
        foreach (var family in PruningFamily.All)
            results.Add((family, new PruningRun(family, train, test, seed, new Stages(console), cancellationToken).Run()));

        var text = PruningReport.Write(results, seed);
        MarkedDocument.Save(text, document);
        foreach (var (name, svg) in results.SelectMany(result => PruningReport.Plots(result.Item1, result.Item2)))
            File.WriteAllText(Path.Combine(output, name), svg);
        console.Profile.Out.Writer.Write(text);
    }

    private static Dataset Images(string folder, string part) => Dataset.FromIdx(
        IdxFolder.Find(folder, part + "-images-idx3-ubyte"), IdxFolder.Find(folder, part + "-labels-idx1-ubyte"));
}
