using System.CommandLine;
using Sample.Data;
using Sample.Display;
using Sample.Measure;
using Sample.Networks;
using Spectre.Console;

namespace Sample.Commands;

/// <summary>
/// <c>pruning-time</c>: a ResNet8 against itself with half of the filters. Weights are the seed's, because time does not depend on what
/// they are. The first run converts, the second measures what was compiled.
/// </summary>
internal static class PruningTimeCommand
{
    private const int Images = 64;
    private const int Rounds = 101;

    private static readonly SampleNetwork s_whole = new("whole", nameof(CifarResNet8), CifarResNet8.CreateTrainer,
        () => new CifarResNet8().Predict, path => CifarResNet8.Load(path).Predict);

    private static readonly SampleNetwork s_half = new("half", nameof(CifarResNet8Half), CifarResNet8Half.CreateTrainer,
        () => new CifarResNet8Half().Predict, path => CifarResNet8Half.Load(path).Predict);

    /// <summary>The command line.</summary>
    public static Command Create()
    {
        var command = new Command("pruning-time",
            "Times a ResNet8 of 3x32x32 with all and with half of its filters; run twice, the build in between compiles them. Takes seconds.");
        command.SetAction((_, cancellationToken) => Guard.RunAsync(console =>
        {
            if (CompiledNetworks.Has(s_whole) && CompiledNetworks.Has(s_half))
                Measure(console, cancellationToken);
            else
                Convert(console);
        }));
        return command;
    }

    private static void Convert(IAnsiConsole console)
    {
        foreach (var network in (SampleNetwork[])[s_whole, s_half])
        {
            var trainer = network.CreateTrainer(1);
            trainer.SetParameter("Stem.0.weight", trainer.GetParameter("Stem.0.weight"));
            if (network == s_half)
                trainer.Prune();
            trainer.Calibrate(Noise());
            trainer.Convert().Save(CompiledNetworks.PathOf(network));
        }

        console.MarkupLineInterpolated($"[yellow]Run again: the build then compiles the saved weights, and the run measures them.[/]");
    }

    private static void Measure(IAnsiConsole console, CancellationToken cancellationToken)
    {
        var noise = Noise();
        var times = Contest.Run(s_whole.CreateTrainer(1), [s_whole.Compiled(), s_half.Compiled()], noise, Rounds, cancellationToken);
        var text = console.Profile.Out.Writer;
        text.WriteLine("| Network | multiply-accumulates | µs [quartiles] |\n|---|--:|--:|");
        foreach (var (network, time) in ((SampleNetwork[])[s_whole, s_half]).Zip(times.Skip(1)))
        {
            var macs = CompressedModel.Load(CompiledNetworks.PathOf(network) + ".ctm").Validate(noise.Slice(0, 1)).MacsLeft;
            text.WriteLine($"| {network.ClassName} | {Format.Count(macs)} | {Format.Microseconds(time.Median)} "
                + $"[{Format.Microseconds(time.LowerQuartile)}–{Format.Microseconds(time.UpperQuartile)}] |");
        }

        text.WriteLine($"\nWith half of the filters {Format.Ratio(times[1].Median / times[2].Median)} as fast. {Machine.Description}.");
    }

    private static Dataset Noise()
    {
        var pixels = new byte[Images * 3 * 32 * 32];
        new Random(1).NextBytes(pixels);
        return new Dataset(pixels, new int[Images]);
    }
}
