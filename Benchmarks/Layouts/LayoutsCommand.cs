extern alias generator;

using System.CommandLine;
using CompileTime.Benchmarks.Compare;
using CompileTime.Benchmarks.Compiled;
using CompileTime.Benchmarks.Networks;
using generator::CompileTime.Generator.Graph;
using generator::CompileTime.Generator.Passes;
using generator::CompileTime.Generator.Plan;
using Microsoft.CodeAnalysis.CSharp;
using Sample.Commands;
using Sample.Measure;
using static System.FormattableString;

namespace CompileTime.Benchmarks.Layouts;

internal static class LayoutsCommand
{
    public static Command Create()
    {
        var models = new Option<string>("--models") { DefaultValueFactory = _ => "lenet5,resnet8,dscnn,mobilenet" };
        var variants = new Option<string>("--variants") { DefaultValueFactory = _ => "dense,60 %,80 %,90 %,95 %" };
        var command = new Command("layouts", "x") { models, variants };
        command.SetAction((arguments, _) => Guard.RunAsync(_ => Run(arguments.GetValue(models)!.Split(','), arguments.GetValue(variants)!.Split(','))));
        return command;
    }

    private static void Run(string[] models, string[] variants)
    {
        CompareCommand.PinToOneCore();
        Console.WriteLine(InstructionSets.Best);
        foreach (var name in models)
        {
            foreach (var variant in variants)
            {
                var model = PreparedNetwork.Create(BenchmarkNetwork.All.Single(n => n.Name == name), Variant.All.Single(v => v.Name == variant)).Model;
                var last = NetworkCompiler.Compile(model, s => CSharpSyntaxTree.ParseText(s), out _, out _, n => LayOut(LaidOutNetwork.From(n), false));
                var planes = NetworkCompiler.Compile(model, s => CSharpSyntaxTree.ParseText(s), out _, out _, n => LayOut(LaidOutNetwork.From(n), true));
                NetworkCompiler.Compile(model, s => CSharpSyntaxTree.ParseText(s), out var chosen, out _);
                var sample = PreparedNetwork.Samples(last.InputLength, 1);
                var output = new float[last.OutputLength];
                double t1 = 1e9, t2 = 1e9;
                for (var k = 0; k < 25; k++)
                {
                    var times = Timing0.Race(5, [_ => last.Predict(sample, output), _ => planes.Predict(sample, output)]);
                    t1 = Math.Min(t1, times[0]);
                    t2 = Math.Min(t2, times[1]);
                }

                Console.WriteLine(Invariant($"{name,-10} {variant,-6} last {t1,8:0.00} planes {t2,8:0.00} last/planes {t1 / t2:0.00} chosen {(chosen.IsPlanar ? "planes" : "last")}"));
            }
        }
    }

    private static LaidOutNetwork LayOut(LaidOutNetwork graph, bool isPlanar) => PassList.All
        .Where(pass => pass.Name != nameof(PlanarImages))
        .Aggregate(graph with { IsPlanar = isPlanar }, (laidOut, pass) => pass.Run(laidOut));
}

internal static class Timing0
{
    public static double[] Race(int rounds, Action<int>[] c)
    {
        var best = c.Select(_ => 1e9).ToArray();
        for (var r = 0; r < rounds; r++)
        {
            for (var i = 0; i < c.Length; i++)
            {
                var calls = 0;
                var start = System.Diagnostics.Stopwatch.GetTimestamp();
                do { c[i](0); calls++; } while (System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds < 2);
                best[i] = Math.Min(best[i], System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls);
            }
        }

        return best;
    }
}
