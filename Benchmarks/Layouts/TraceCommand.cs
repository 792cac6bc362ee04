using System.CommandLine;
using CompileTime.Benchmarks.Agreement;
using CompileTime.Benchmarks.Networks;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;
using static System.FormattableString;

namespace CompileTime.Benchmarks.Layouts;

internal static class TraceCommand
{
    public static Command Create()
    {
        var models = new Option<string>("--models") { DefaultValueFactory = _ => "lenet5,autoencoder,wide" };
        var command = new Command("trace", "x") { models };
        command.SetAction((arguments, _) => { Run(arguments.GetValue(models)!.Split(',')); return Task.CompletedTask; });
        return command;
    }

    private static void Run(string[] models)
    {
        foreach (var name in models)
        {
            var model = OnnxBiases.Of(PreparedNetwork.Create(BenchmarkNetwork.All.Single(n => n.Name == name), Variant.All[0]).Model);
            var samples = PreparedNetwork.Samples(model.Definition.InputShape.Elements, 1000);
            var nodes = model.Model.Network.Nodes;
            for (var i = 0; i < nodes.Count; i++)
            {
                if (i == 0) continue;
                var cut = new CompressedModel(model.Definition, new QuantizedModel(new QuantizedNetwork { Nodes = [.. nodes.Take(i + 1)] }, [.. model.Model.Weights.Take(i + 1)]), origin: null);
                var found = Benchmarks.Agreement.Agreement.Of(cut, samples);
                Console.WriteLine(Invariant($"{name} {i} {nodes[i].Name} {nodes[i].Op} {nodes[i].Shape}: {100 * found.DifferentShare:0.00000} % by {found.MostSteps}"));
            }
        }
    }
}
