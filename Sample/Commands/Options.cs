using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Sample.Networks;

namespace Sample.Commands;

/// <summary>The options, each made anew for the command that has it.</summary>
internal static class Options
{
    /// <summary>Names the data's folder where <c>--data</c> is not given.</summary>
    public const string DataVariable = "COMPILETIME_DATA";

    /// <summary><c>--seed</c></summary>
    public static Option<int> Seed() => new("--seed")
    {
        Description = "Seed of the drawn digits, the initial weights and the shuffling: same seed, same weights.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = result => WholeNumber(result, "--seed", minimum: 0),
    };

    /// <summary><c>--epochs</c></summary>
    public static Option<int?> Epochs() => new("--epochs")
    {
        Description = "Passes over the training data before pruning (default: what the network needs).",
        HelpName = "N",
        CustomParser = result => WholeNumber(result, "--epochs", minimum: 1),
    };

    /// <summary><c>--data</c></summary>
    public static Option<string?> Data(string description) => new("--data") { Description = description, HelpName = "DIR" };

    /// <summary>The folder of <c>--data</c>, or of the environment.</summary>
    /// <exception cref="InvalidDataException">Neither is given.</exception>
    public static string Folder(string? given) => given ?? Environment.GetEnvironmentVariable(DataVariable)
        ?? throw new InvalidDataException($"Give --data DIR, or set {DataVariable}: a folder with the folders mnist and fashion-mnist.");

    /// <summary><c>--output</c></summary>
    public static Option<string?> Output(string defaultName) => new("--output")
    {
        Description = "Markdown file to write; of an existing one, only the part between the results markers is replaced "
            + $"(default: {defaultName} of the checkout).",
        HelpName = "FILE",
    };

    /// <summary><c>--report</c></summary>
    public static Option<string?> Report() => new("--report")
    {
        Description = "HTML file to write: what quantization does to every layer, and which loses most.",
        HelpName = "FILE",
    };

    /// <summary><c>--model</c></summary>
    public static Option<string> Model(string defaultName)
    {
        var names = SampleNetwork.All.Select(network => network.Name).ToList();
        var option = new Option<string>("--model")
        {
            Description = "The network: mlp (784-300-100-10), lenet (LeNet-5) or resnet8 (residual, slowest).",
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => defaultName,
        };
        option.CompletionSources.Add([.. names]);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !names.Contains(name))
                result.AddError($"--model is one of {string.Join(", ", names)}; there is no '{name}'.");
        });
        return option;
    }

    private static int WholeNumber(ArgumentResult result, string option, int minimum)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum)
            return number;
        result.AddError($"{option} takes a whole number, at least {minimum}; '{text}' is not.");
        return minimum;
    }
}
