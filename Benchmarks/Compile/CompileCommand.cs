using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using CompileTime.Benchmarks.Tables;
using static System.FormattableString;

namespace CompileTime.Benchmarks.Compile;

/// <summary><c>compile</c>: what the build of a project with a large trained network takes.</summary>
internal static class CompileCommand
{
    public static Command Create()
    {
        var project = new Option<string?>("--project") { Hidden = true };
        var command = new Command("compile",
            "Times generator, C# compiler and first prediction of networks of about ten million weights, each in a process of its own.")
        {
            project,
        };
        command.SetAction(arguments =>
        {
            if (arguments.GetValue(project) is { } folder)
                Console.WriteLine(CompiledProject.Run(folder).Write());
            else
                Run();
        });
        return command;
    }

    private static void Run()
    {
        var table = new MarkdownTable("network", "weights", "layers", "generated, KB", "of it AVX-VNNI, KB", "C# compiler, s", "peak memory, MB",
            "first new, s");
        foreach (var network in LargeNetwork.All)
        {
            var folder = Directory.CreateTempSubdirectory("compiletime-compile-");
            try
            {
                var definition = network.Save(folder.FullName);
                var cost = InOwnProcess(folder.FullName);
                table.Add(network.Name, Invariant($"{definition.Layers.Where(layer => layer.HasWeight).Sum(layer => layer.WeightShape.Aggregate(1L, (a, b) => a * b)):N0}"),
                    Invariant($"{definition.Layers.Count}"), Invariant($"{cost.SourceBytes / 1024}"), Invariant($"{cost.VnniBytes / 1024}"),
                    Invariant($"{cost.Seconds:0.0}"), Invariant($"{cost.PeakBytes >> 20}"), Invariant($"{cost.FirstNew:0.00}"));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        Console.WriteLine("The C# compiler's process with the generator in it, without a compiler server.\n");
        Console.Write(table);
    }

    // The first prediction is then that of a program that has just started.
    private static BuildCost InOwnProcess(string folder)
    {
        var host = Environment.ProcessPath!;
        string[] before = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [typeof(CompileCommand).Assembly.Location] : [];
        using var process = Process.Start(new ProcessStartInfo(host, [.. before, "compile", "--project", folder])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? BuildCost.Read(text)
            : throw new InvalidOperationException("The compiling process ended with " + process.ExitCode.ToString(CultureInfo.InvariantCulture) + ".");
    }
}
