using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace CompileTime.Benchmarks.Editor;

/// <summary><c>editor</c>: what generator and analyzer cost while somebody types.</summary>
internal static class EditorCommand
{
    private static readonly int[] s_layers = [10, 50, 200];
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "Edits of each kind.", HelpName = "N", DefaultValueFactory = _ => 31 };
        rounds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--rounds takes a positive whole number.");
        });
        var command = new Command("editor", "Times the generator and the analyzer on networks of 10, 50 and 200 layers, after edits.")
        {
            rounds,
        };
        command.SetAction(arguments => Run(arguments.GetValue(rounds)));
        return command;
    }

    private static void Run(int rounds)
    {
        Console.WriteLine(FormattableString.Invariant(
            $"Milliseconds of processor time, median of {rounds}. A layer is a Conv2d with BatchNorm and ReLU."));
        Console.WriteLine();
        Console.WriteLine("| layers | another file edited | network edited | analyzer | trained: analyzer | trained: opened |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|");

        // Otherwise the first row would pay for much that the others use, too.
        Times(s_layers[^1], rounds: 1);
        foreach (var layers in s_layers)
        {
            var cells = Times(layers, rounds).Select(time => time.ToString("0.00", CultureInfo.InvariantCulture));
            Console.WriteLine(FormattableString.Invariant($"| {layers} | {string.Join(" | ", cells)} |"));
        }
    }

    private static double[] Times(int layers, int rounds)
    {
        var untrained = new EditedProject(layers, isTrained: false);
        var trained = new EditedProject(layers, isTrained: true);
        return
        [
            Median(rounds, untrained.EditOther), Median(rounds, untrained.EditModel), Median(rounds, untrained.Analyze),
            Median(rounds, trained.Analyze), Median(rounds, trained.Open),
        ];
    }

    // The first edits are left out: an editor has been open for a while, and its code is compiled as well as it will be.
    private static double Median(int rounds, Func<double> edit)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_warmUp;)
            edit();
        var times = Enumerable.Range(0, rounds).Select(_ => edit()).Order().ToArray();
        return times[times.Length / 2];
    }
}
