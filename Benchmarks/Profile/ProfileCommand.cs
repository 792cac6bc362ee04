using System.CommandLine;
using CompileTime.Benchmarks.Compare;
using CompileTime.Benchmarks.Networks;
using CompileTime.Benchmarks.Roofline;
using Sample.Commands;

namespace CompileTime.Benchmarks.Profile;

/// <summary><c>profile</c>: where the time of one network goes, operator by operator, and how near each is to the processor's limit.</summary>
internal static class ProfileCommand
{
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
        var command = new Command("profile", "Times every operator of a network and tells its share of what the core can do.")
        {
            model, variant, batch,
        };
        command.SetAction((arguments, _) => Guard.RunAsync(_ => Run(
            BenchmarkNetwork.All.Single(network => network.Name == arguments.GetValue(model)),
            Variant.All.Single(one => one.Name == arguments.GetValue(variant)),
            arguments.GetValue(batch))));
        return command;
    }

    private static void Run(BenchmarkNetwork network, Variant variant, bool isBatch)
    {
        CompareCommand.PinToOneCore();
        var profile = Profiler.Run(PreparedNetwork.Create(network, variant).Model, isBatch);
        var report = new ProfileReport(profile, Limits.Measure(), CoreClock.CyclesPerMicrosecond());
        Console.Write(report.Write($"{network.Name}, {variant.Name}{(isBatch ? ", 64 samples" : "")}"));
    }
}
