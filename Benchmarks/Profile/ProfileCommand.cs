extern alias generator;

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using CompileTime.Benchmarks.Compare;
using CompileTime.Benchmarks.Compiled;
using CompileTime.Benchmarks.Networks;
using Microsoft.CodeAnalysis.CSharp;
using generator::CompileTime.Generator.Emit;
using generator::CompileTime.Generator.Plan;

namespace CompileTime.Benchmarks.Profile;

/// <summary><c>profile</c>: where the time of one network goes, operator by operator, and how near each is to the processor's limit.</summary>
internal static partial class ProfileCommand
{
    private const int Rounds = 300;

    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "Network.", Required = true, HelpName = "NAME" };
        var variant = new Option<string>("--variant") { Description = "Way to prune.", HelpName = "NAME", DefaultValueFactory = _ => "dense" };
        var batch = new Option<bool>("--batch") { Description = "The code for 64 samples at once." };
        var command = new Command("profile", "Times every operator of a network and tells its share of what the processor can do.") { model, variant, batch };
        command.SetAction(arguments => Run(
            BenchmarkNetwork.All.Single(network => network.Name == arguments.GetValue(model)),
            Variant.All.Single(one => one.Name == arguments.GetValue(variant)), arguments.GetValue(batch)));
        return command;
    }

    private static void Run(BenchmarkNetwork network, Variant variant, bool isBatch)
    {
        CompareCommand.PinToOneCore();
        var prepared = PreparedNetwork.Create(network, variant);
        var source = "";
        var engineClass = isBatch ? "BatchEngine" : "Engine";
        var engine = NetworkCompiler.Compile(prepared.Model, text => ProfiledForward.Of(source = text, engineClass), out var single, out var batch);
        var plan = isBatch ? batch ?? throw new InvalidOperationException("The network has no code for batches.") : single;
        var tier = plan.Tiers[0];
        var statements = ProfiledForward.Statements(source, engineClass, TierEmitter.ClassName(tier));
        var samples = PreparedNetwork.Samples(engine.InputLength, isBatch ? 64 : 1);
        var output = new float[engine.OutputLength * (isBatch ? 64 : 1)];
        var all = new List<long[]>();
        LayerClock.Restart(statements.Count);
        var clock = CoreClock.CyclesPerMicrosecond();
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5;)
            engine.PredictBatch(samples, output);
        for (var round = 0; round < Rounds; round++)
        {
            LayerClock.Restart(statements.Count);
            var calls = 0;
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalMilliseconds < 2; calls++)
                engine.PredictBatch(samples, output);
            all.Add([.. LayerClock.Ticks.ToArray().Select(ticks => ticks * 1_000_000_000_000 / Stopwatch.Frequency / calls)]);
        }

        var overhead = Enumerable.Range(0, 50).Min(_ => Overhead());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network.Name}, {variant.Name}, {tier}, {(plan.IsPlanar ? "planes" : "channels last")}; {clock / 1000:0.00} GHz; clock overhead {overhead * 1000:0} ns"));
        var total = 0.0;
        for (var i = 0; i < statements.Count; i++)
        {
            var time = Math.Max(0, (Low(all.Select(one => one[i])) / 1e6) - overhead);
            total += time;
            var node = plan.Nodes.FirstOrDefault(node => node.Kernels.Count > 0 && statements[i].StartsWith(node.Identifier + "(", StringComparison.Ordinal));
            var macs = node is null ? 0 : (long)node.Node.Weight!.Elements * node.Node.Shape.Positions;
            var kept = node is null ? 0 : (long)node.Node.Weight!.Nonzeros * node.Node.Shape.Positions;
            var name = Callee().Match(statements[i]).Value;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{time,8:0.00} µs {(macs == 0 ? "" : $"{macs / (time * clock):0.0} MAC/cycle, {kept / (time * clock):0.0} kept"),34}  {name} {node?.Node.Weight?.Dimensions.Aggregate("", (text, one) => text + "x" + one)} {node?.Kernels[tier].Reason}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{total,8:0.00} µs in all"));
    }

    // What looking at the clock takes.
    private static double Overhead()
    {
        const int Looks = 2000;
        LayerClock.Restart(1);
        LayerClock.Begin();
        for (var i = 0; i < Looks; i++)
            LayerClock.End(0);
        return LayerClock.Ticks[0] * 1e6 / Stopwatch.Frequency / Looks;
    }

    // The tenth percentile: what an operator takes while nobody else wants the core.
    private static double Low(IEnumerable<long> values)
    {
        long[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 10];
    }

    [GeneratedRegex(@"^[\w.]+")]
    private static partial Regex Callee();
}
