using System.CommandLine;
using CompileTime.Benchmarks.Networks;
using CompileTime.Benchmarks.Tables;
using Sample.Commands;
using Sample.Pipeline;
using static System.FormattableString;

namespace CompileTime.Benchmarks.Agreement;

/// <summary><c>agreement</c>: whether ONNX Runtime finds the same classes in the exported int8 network as generated code does.</summary>
internal static class AgreementCommand
{
    public static Command Create()
    {
        var samples = new Option<int>("--samples")
        {
            Description = "Random inputs of each of the eight networks.", HelpName = "N", DefaultValueFactory = _ => 1000,
        };
        samples.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--samples takes a positive whole number.");
        });
        var models = new Option<string?>("--models")
        {
            Description = "Folder with ic_resnet8 and kws_dscnn_savedmodel (.safetensors and .vectors.safetensors): trained networks, real samples.",
            HelpName = "DIR",
        };
        var command = new Command("agreement",
            "Runs the exported int8 networks in ONNX Runtime and tells how often its answer is another one than that of generated code, and by how little.")
        {
            samples, models,
        };
        command.SetAction((arguments, cancellationToken) => Guard.RunAsync(
            console => console.Profile.Out.Writer.Write(Run(arguments.GetValue(samples), arguments.GetValue(models), cancellationToken))));
        return command;
    }

    private static string Run(int samples, string? models, CancellationToken cancellationToken)
    {
        var table = new MarkdownTable("network", "<inputs", "samples", "results that differ", "by at most, steps", "other answers",
            "largest margin, steps", "with rounded biases: results", "other answers", "the float network's answer: ours", "ONNX Runtime's");
        foreach (var network in BenchmarkNetwork.All)
        {
            var model = PreparedNetwork.Create(network, Variant.All[0]).Model;
            Add(network.Name, "random", model, PreparedNetwork.Samples(model.Definition.InputShape.Elements, samples), null);
        }

        foreach (var model in models is null ? [] : new[] { FloatModel.Images(models), FloatModel.Keywords(models) })
            Add(model.Title, "real", model.Convert(), model.Inputs, model.Samples);
        return table.ToString();

        void Add(string name, string inputs, CompressedModel model, float[] values, Dataset? labelled)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var found = Agreement.Of(model, values);
            var rounded = Agreement.Of(OnnxBiases.Of(model), values);
            table.Add(name, inputs, Invariant($"{found.Ours.Count}"), Invariant($"{100 * found.DifferentShare:0.000} %"), Invariant($"{found.MostSteps}"),
                Invariant($"{found.OtherAnswers}"), found.OtherAnswers == 0 ? "" : Invariant($"{found.LargestMargin}"),
                Invariant($"{100 * rounded.DifferentShare:0.000} %"), Invariant($"{rounded.OtherAnswers}"),
                Right(found.Ours), Right(found.Theirs));

            string Right(IReadOnlyList<int> answers) => labelled is null ? ""
                : Invariant($"{answers.Where((answer, i) => answer == labelled.Label(i)).Count()}");
        }
    }
}
