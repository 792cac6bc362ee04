using System.CommandLine;
using Sample.Data;
using Sample.Display;
using Sample.Measure;
using Sample.Networks;
using Sample.Pipeline;
using Spectre.Console;

namespace Sample.Commands;

/// <summary>The command without a name: the whole way from data to a compiled class, on one page.</summary>
internal static class DemoCommand
{
    private const string DefaultNetwork = "lenet";

    /// <summary>The command line.</summary>
    public static RootCommand Create()
    {
        var data = Options.Data(
            "Folder with the four IDX files of MNIST or Fashion-MNIST, gzipped or not. Without it, digits are drawn.");
        var model = Options.Model(DefaultNetwork);
        var epochs = Options.Epochs();
        var seed = Options.Seed();
        var report = Options.Report();
        var command = new RootCommand(
            "Trains a digit classifier, prunes 60 % of it, quantizes it to int8 and saves it to Sample/Models; the next build compiles it "
            + "into the class. Then shows the class that was compiled into this build at work.")
        {
            data, model, epochs, seed, report,
        };
        command.SetAction((arguments, cancellationToken) => Guard.RunAsync(console => Run(
            console,
            SampleNetwork.Get(arguments.GetValue(model)!),
            arguments.GetValue(data),
            arguments.GetValue(epochs),
            arguments.GetValue(seed),
            arguments.GetValue(report),
            cancellationToken)));
        return command;
    }

    private static void Run(
        IAnsiConsole console, SampleNetwork network, string? folder, int? epochs, int seed, string? report,
        CancellationToken cancellationToken)
    {
        var stages = new Stages(console);
        console.MarkupLineInterpolated($"[bold]{network.ClassName}[/] on {(folder is null ? "drawn digits" : folder)}");
        console.WriteLine();
        var data = folder is null
            ? stages.Run("Draw digits", () => ImageData.Drawn(seed, cancellationToken), Describe)
            : stages.Run("Read images", () => ImageData.FromFolder(folder), Describe);

        var recipe = Recipe.ForDemo(network, epochs);
        var compressed = Compression.Run(network, data, recipe, seed, stages, cancellationToken);
        var path = Path.Combine(ArtifactFolder.Find(), network.ClassName);
        stages.Run("Save", () => compressed.Model.Save(path), () => Path.GetRelativePath(Environment.CurrentDirectory, path) + ".ctm");
        if (report is not null)
        {
            var found = stages.Run("Report", () => compressed.Model.Report(report, data.Test), _ => report);
            console.MarkupLineInterpolated($"  [grey]{found.Verdict}[/]");
        }

        var loaded = network.Load(path + ".ctm");
        var compiled = TryCompiled(network, console);
        console.WriteLine();
        if (compiled is not null)
            PredictionGallery.Show(console, network, compiled, data.Test, stages.IsLive);
        console.Write(SummaryTable.Create(compressed, loaded, compiled, data.Test, cancellationToken));
        console.MarkupLineInterpolated($"[grey]One thread, median of interleaved rounds. {Machine.Description}[/]");
        if (compiled is null)
            console.MarkupLineInterpolated($"[yellow]Run again: the build then compiles the saved weights into {network.ClassName}.[/]");
    }

    private static string Describe(ImageData data) =>
        $"{Format.Count(data.Train.Count)} to learn from, {Format.Count(data.Test.Count)} to test";

    /// <summary>The class as it was built, or null when there were no weights yet to compile in.</summary>
    private static PredictBytes? TryCompiled(SampleNetwork network, IAnsiConsole console)
    {
        try
        {
            return network.Compiled();
        }
        catch (InvalidOperationException exception)
        {
            console.WriteLine();
            console.MarkupLineInterpolated($"[yellow]new {network.ClassName}() says: {exception.Message}[/]");
            return null;
        }
    }
}
