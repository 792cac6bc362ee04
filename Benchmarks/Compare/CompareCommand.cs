using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using CompileTime.Benchmarks.Networks;
using static System.FormattableString;

namespace CompileTime.Benchmarks.Compare;

/// <summary><c>compare</c>: generated code against ONNX Runtime, as ratios.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var models = Names("--models", BenchmarkNetwork.All.Select(network => network.Name), "Networks (default: all).");
        var variants = Names("--variants", Variant.All.Select(variant => variant.Name), "Ways to prune (default: all).");
        var batches = new Option<string>("--batch")
        {
            Description = "Samples a call.", HelpName = "N,N", DefaultValueFactory = _ => "1,64",
        };
        batches.Validators.Add(result =>
        {
            if (Batches(result.GetValueOrDefault<string>()).Any(batch => batch < 1))
                result.AddError("--batch takes positive whole numbers, separated by commas.");
        });
        var rounds = new Option<int>("--rounds")
        {
            Description = "Turns of each contender.", HelpName = "N", DefaultValueFactory = _ => 31,
        };
        rounds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--rounds takes a positive whole number.");
        });
        var json = new Option<string?>("--json") { Description = "File for every figure with its spread.", HelpName = "FILE" };
        var command = new Command("compare",
            "Times generated code and ONNX Runtime (int8 and float32, the faster counts) in turns, on one thread.")
        {
            models, variants, batches, rounds, json,
        };
        command.SetAction((arguments, cancellationToken) => Task.Run(
            () => Run(
                Chosen(BenchmarkNetwork.All, network => network.Name, arguments.GetValue(models)),
                Chosen(Variant.All, variant => variant.Name, arguments.GetValue(variants)),
                Batches(arguments.GetValue(batches)),
                arguments.GetValue(rounds),
                arguments.GetValue(json),
                cancellationToken),
            cancellationToken));
        return command;
    }

    private static void Run(IReadOnlyList<BenchmarkNetwork> networks, IReadOnlyList<Variant> variants, int[] batches, int rounds,
        string? json, CancellationToken cancellationToken)
    {
        PinToOneCore();
        var measurements = new List<Measurement>();
        foreach (var network in networks)
        {
            foreach (var variant in variants.Where(variant => network.IsConvolutional || !variant.IsFilters))
            {
                foreach (var measurement in Comparison.Run(network, variant, batches, rounds, cancellationToken))
                {
                    measurements.Add(measurement);
                    WriteLine(measurement);
                }
            }
        }

        Console.Write(CompareReport.Write(measurements, variants));
        if (json is not null)
            CompareReport.WriteJson(measurements, json);
    }

    private static void WriteLine(Measurement measured)
    {
        var (ours, int8, floats) = (measured.Ours.Median, measured.OnnxInt8.Median, measured.OnnxFloat.Median);
        Console.WriteLine(Invariant($"{measured.Network,-12} {measured.Variant,-13} batch {measured.Batch,3}  ")
            + Invariant($"{ours,8:0.00} µs  int8 {int8,8:0.00}  float {floats,8:0.00}  ratio {measured.Ratio:0.00}"));
    }

    // The scheduler would otherwise move the thread between cores whose caches are cold.
    public static void PinToOneCore()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1 << (Environment.ProcessorCount - 1);
    }

    private static Option<string?> Names(string name, IEnumerable<string> all, string description)
    {
        string[] names = [.. all];
        var option = new Option<string?>(name) { Description = description + " Of: " + string.Join(", ", names) + ".", HelpName = "A,B" };
        option.Validators.Add(result =>
        {
            foreach (var given in Split(result.GetValueOrDefault<string>()).Where(given => !names.Contains(given)))
                result.AddError($"{name} knows {string.Join(", ", names)}; there is no '{given}'.");
        });
        return option;
    }

    private static IReadOnlyList<T> Chosen<T>(IReadOnlyList<T> all, Func<T, string> name, string? given) =>
        given is null ? all : [.. all.Where(one => Split(given).Contains(name(one)))];

    private static string[] Split(string? names) =>
        names?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static int[] Batches(string? given) =>
        [.. Split(given).Select(number =>
            int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0)];
}
