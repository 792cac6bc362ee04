extern alias generator;

using System.CommandLine;
using CompileTime.Benchmarks.Compare;
using CompileTime.Benchmarks.Networks;
using CompileTime.Benchmarks.Roofline;
using Sample.Commands;
using generator::CompileTime.Generator.Graph;
using generator::CompileTime.Generator.Plan;
using generator::CompileTime.Shared;

namespace CompileTime.Benchmarks.Profile;

/// <summary><c>profile</c>: where the time of one network goes, operator by operator, and how near each is to the processor's limit.</summary>
internal static class ProfileCommand
{
    private const string Planes = "planes";
    private const string ChannelsLast = "channels-last";

    public static Command Create()
    {
        string[] models = [.. BenchmarkNetwork.All.Select(network => network.Name)];
        string[] variants = [.. Variant.All.Select(variant => variant.Name)];
        var model = new Option<string>("--model")
        {
            Description = "Network. Of: " + string.Join(", ", models) + ".", HelpName = "NAME", Required = true,
        };
        model.AcceptOnlyFromAmong(models);
        var variant = new Option<string>("--variant")
        {
            Description = "Way to prune. Of: " + string.Join(", ", variants) + ".", HelpName = "NAME", DefaultValueFactory = _ => variants[0],
        };
        variant.AcceptOnlyFromAmong(variants);
        var batch = new Option<bool>("--batch") { Description = "The code for 64 samples at once." };
        var images = new Option<string?>("--images")
        {
            Description = "How images lie, whatever the planner would choose: " + Planes + " or " + ChannelsLast + ".", HelpName = "LAYOUT",
        };
        images.AcceptOnlyFromAmong(Planes, ChannelsLast);
        var command = new Command("profile", "Times every operator of a network and tells its share of what the core can do.")
        {
            model, variant, batch, images,
        };
        command.SetAction((arguments, _) => Guard.RunAsync(_ => Run(
            BenchmarkNetwork.All.Single(network => network.Name == arguments.GetValue(model)),
            Variant.All.Single(one => one.Name == arguments.GetValue(variant)),
            arguments.GetValue(batch),
            arguments.GetValue(images))));
        return command;
    }

    private static void Run(BenchmarkNetwork network, Variant variant, bool isBatch, string? images)
    {
        CompareCommand.PinToOneCore();
        var profile = Profiler.Run(PreparedNetwork.Create(network, variant).Model, isBatch, layOut: images is null ? null : LayOut);
        var report = new ProfileReport(profile, Limits.Measure(), CoreClock.CyclesPerMicrosecond());
        Console.Write(report.Write($"{network.Name}, {variant.Name}{(isBatch ? ", 64 samples" : "")}"));

        LaidOutNetwork LayOut(QuantizedNetwork quantized) => images == Planes && !PlanarKernels.CanRun(quantized)
            ? throw new InvalidDataException($"The images of {network.Name} cannot lie as planes.")
            : Profiler.LayOut(LaidOutNetwork.From(quantized) with { IsPlanar = images == Planes });
    }
}
