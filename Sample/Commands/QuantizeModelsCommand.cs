using System.CommandLine;
using Sample.Display;
using Sample.Pipeline;
using Spectre.Console;

namespace Sample.Commands;

/// <summary><c>quantize-models</c>: how much of two float networks int8 keeps: the table of docs/quantization.md.</summary>
internal static class QuantizeModelsCommand
{
    /// <summary>The command line.</summary>
    public static Command Create()
    {
        var models = new Option<string>("--models")
        {
            Description = "Folder with ic_resnet8 and kws_dscnn_savedmodel (.safetensors and .vectors.safetensors).",
            HelpName = "DIR",
            Required = true,
        };
        var recipe = new Option<string>("--recipe")
        {
            Description = "Only recipes with this in their name.", HelpName = "TEXT", DefaultValueFactory = _ => "",
        };
        var command = new Command("quantize-models",
            "Quantizes MLPerf Tiny's ResNet8 and DS-CNN in several ways and compares the answers with the float networks'.")
        {
            models, recipe,
        };
        command.SetAction((arguments, cancellationToken) => Guard.RunAsync(console =>
            Run(console, arguments.GetValue(models)!, arguments.GetValue(recipe)!, cancellationToken)));
        return command;
    }

    private static void Run(IAnsiConsole console, string folder, string named, CancellationToken cancellationToken)
    {
        var output = console.Profile.Out.Writer;
        FloatModel[] models = [FloatModel.Images(folder), FloatModel.Keywords(folder)];
        Row("recipe", model => $"{model.Title}, {model.Count} samples");
        Row("---", _ => "--:");
        Row("float", model => Format.Percent(model.FloatAgreement));
        foreach (var recipe in QuantizationRecipe.All.Where(recipe => recipe.Name.Contains(named, StringComparison.OrdinalIgnoreCase)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Row(recipe.Name, model => Format.Percent(model.Agreement(recipe)));
        }

        void Row(string title, Func<FloatModel, string> cell) =>
            output.WriteLine($"| {title} | {string.Join(" | ", models.Select(cell))} |");
    }
}
