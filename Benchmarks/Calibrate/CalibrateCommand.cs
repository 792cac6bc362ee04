using System.CommandLine;
using CompileTime.Benchmarks.Compare;
using CompileTime.Benchmarks.Tables;
using Sample.Commands;
using Sample.Measure;
using static System.FormattableString;

namespace CompileTime.Benchmarks.Calibrate;

/// <summary><c>calibrate</c>: the constants that the planner compares kernels by, measured on the core at hand.</summary>
internal static class CalibrateCommand
{
    public static Command Create()
    {
        string[] names = [.. KernelFamily.All.Select(family => family.Name)];
        var family = new Option<string?>("--family")
        {
            Description = "Only these kernels (default: all). Of: " + string.Join(", ", names) + ".", HelpName = "NAME",
        };
        family.AcceptOnlyFromAmong(names);
        var choice = new Option<bool>("--choice")
        {
            Description = "Instead: runs layers by their dense and by their sparse kernel, and tells what the planner's choice loses.",
        };
        var command = new Command("calibrate",
            "Measures layers of many shapes and fits the constants of Generator/Plan/KernelCosts.cs to them.") { family, choice };
        command.SetAction((arguments, cancellationToken) => Guard.RunAsync(_ =>
        {
            CompareCommand.PinToOneCore();
            if (arguments.GetValue(choice))
                Choice(cancellationToken);
            else
                Run([.. KernelFamily.All.Where(one => (arguments.GetValue(family) ?? one.Name) == one.Name)], cancellationToken);
            Console.WriteLine($"\nMeasured on: {Machine.Description}, one thread.");
        }));
        return command;
    }

    private static void Run(IReadOnlyList<KernelFamily> families, CancellationToken cancellationToken)
    {
        var layers = new MarkdownTable("kernel", "<layer", "cycles", "fitted", "error", "in force", "error");
        var constants = new List<string>();
        foreach (var family in families)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var calibration = Calibration.Run(family);
            foreach (var layer in calibration.Layers)
                layers.Add([family.Name, layer.Layer.Name, Cycles(layer.Cycles), .. Estimates(calibration, layer)]);
            constants.AddRange(family.Constants.Zip(calibration.Fitted, (constant, fitted) => Line(constant.Name, fitted, constant.InForce)));
        }

        Console.WriteLine(layers);
        constants.ForEach(Console.WriteLine);
    }

    private static void Choice(CancellationToken cancellationToken)
    {
        var table = new MarkdownTable("<layer", "sparse steps", "dense, cycles", "sparse", "taken", "loses");
        foreach (var layer in KernelRace.Layers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var race = KernelRace.Run(layer);
            table.Add(layer.Name, Invariant($"{race.Steps}"), Cycles(race.Dense), Cycles(race.Sparse),
                race.TakesSparse ? "sparse" : "dense", race.Loss == 0 ? "" : Invariant($"{100 * race.Loss:0} %"));
        }

        Console.WriteLine(table);
    }

    private static IEnumerable<string> Estimates(Calibration calibration, MeasuredLayer layer)
    {
        foreach (var constants in (double[][])[calibration.Fitted, [.. calibration.Family.Constants.Select(constant => constant.InForce)]])
        {
            var estimate = layer.Estimate(constants);
            yield return Cycles(estimate);
            yield return Invariant($"{100 * ((estimate / layer.Cycles) - 1):+0;-0;0} %");
        }
    }

    // Ready to paste. A rate is fitted as its inverse.
    private static string Line(string name, double fitted, double inForce)
    {
        const string Inverse = "1 / ";
        if (name.StartsWith(Inverse, StringComparison.Ordinal))
            (name, fitted, inForce) = (name[Inverse.Length..], 1 / fitted, 1 / inForce);
        var change = inForce == 0 ? "" : Invariant($", {100 * ((fitted / inForce) - 1):+0;-0;0} %");
        return Invariant($"    public const double {name} = {fitted:0.##}; // in force: {inForce:0.##}{change}");
    }

    private static string Cycles(double cycles) => Invariant($"{cycles:N0}");
}
