using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CompileTime.Generator.Tests.Harness;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.Generator.Tests.Docs;

/// <summary>The project that a block of a page about artifacts stands for.</summary>
internal static class PageExample
{
    // What pages without a declaration are about.
    private const string Class = "[Linear(10), Prune(0.5, L1)] [Quantize(Int8, Backend.Fbgemm)] public partial class DigitNet { }";

    public static Example Of(string page, string language, string block) => (language, page) switch
    {
        ("csharp", _) when IsDeclaration(block) => Declaration(block),
        ("csharp", _) => Statements(page, block),
        ("xml", _) => Settings(XElement.Parse("<Project>" + block + "</Project>"), page),
        (_, "CT3003") => Trained("", edit: manifest => new Regex(@"scale=\S+ zero_point=\S+").Replace(manifest, block.Trim(), count: 1)),
        (_, "CT3005") => Trained("namespace Digits;", edit: manifest =>
            manifest.Replace("model Digits.DigitNet\n", block.Split("//")[0].Trim() + "\n", StringComparison.Ordinal)),
        _ => Files(block.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
    };

    private static bool IsDeclaration(string block) =>
        CSharpSyntaxTree.ParseText(block).GetCompilationUnitRoot().Members.Any(member => member is TypeDeclarationSyntax);

    // Every class is trained as it is declared, or as a comment says: 'trained with Linear(100)'; 'no Models/X.ctm' is none.
    private static Example Declaration(string block)
    {
        if (block.Contains("no Models/", StringComparison.Ordinal))
            return new(block);
        var trained = Regex.Replace(block, @"(?<name>\w+)\(\d+\)(?<rest>.*// trained with (?<was>\k<name>\(\d+\)))", "${was}${rest}");
        var names = CSharpSyntaxTree.ParseText(trained).GetCompilationUnitRoot().Members.OfType<TypeDeclarationSyntax>()
            .Select(type => type.Identifier.Text);
        return new(block) { Manifests = [.. names.Select(name => TrainedArtifact.Manifest(Declared.Definition(trained, name)))] };
    }

    // What they save is validated if they do that, and pruned by hand or as declared; where they save nothing there is no artifact.
    private static Example Statements(string page, string block)
    {
        var budget = page is "CT3009" or "CT3011" ? "[Budget(Accuracy = 0.9)]" : "";
        var byHand = Regex.Match(block, @"\.Pruning\.L1Unstructured\(""([^""]+)"", ([\d.]+)\)");
        Action<Trainer>? prune = byHand.Success ? trainer => trainer.Pruning.L1Unstructured(byHand.Groups[1].Value,
            double.Parse(byHand.Groups[2].Value, CultureInfo.InvariantCulture)) : null;
        var example = Trained(budget, prune, isValidated: Calls("Validate"));
        return Calls("Save") ? example : example with { Manifests = [] };

        bool Calls(string method) => block.Contains("." + method + "(", StringComparison.Ordinal);
    }

    private static Example Settings(XElement project, string page)
    {
        var version = (string?)project.Element("LangVersion") ?? "latest";
        Assert.True(LanguageVersionFacts.TryParse(version, out var language));
        var example = Trained(page == "CT4002"
            ? "using CompileTime; using static CompileTime.Precision; using static CompileTime.PruningMethods;"
            : "");
        return example with
        {
            Language = language.MapSpecifiedToEffectiveVersion(),
            AllowsUnsafe = ((bool?)project.Element("AllowUnsafeBlocks")) ?? true,
            IsEmbedded = project.Element("AdditionalFiles") is not { } item || item.Attribute("CompileTimeBlob") is not null,
            Options =
            [
                .. project.Elements().Where(element => !element.HasAttributes)
                    .Select(element => ("build_property." + Compiled(element.Name.LocalName), element.Value)),
            ],
        };
    }

    private static Example Files(IReadOnlyList<string> paths)
    {
        var isOther = paths.Any(path => path.EndsWith("// of another training", StringComparison.Ordinal));
        paths = [.. paths.Select(path => path.Split("//")[0].Trim())];
        var manifests = paths.Where(path => path.EndsWith(".ctm", StringComparison.Ordinal)).ToList();
        var lacksBlob = manifests.Any(path => !paths.Contains(Path.ChangeExtension(path, ".ctw")));
        var example = Trained("");
        return example with
        {
            Manifests = [.. manifests.Select(_ => example.Manifests[0])],
            Options = lacksBlob || isOther ? [("build_metadata.AdditionalFiles.CompileTimeBlobState", isOther ? "Other" : "Missing")] : [],
        };
    }

    private static Example Trained(
        string before, Action<Trainer>? prune = null, bool isValidated = true, Func<string, string>? edit = null)
    {
        var source = before + "\n[Model(784)] " + Class;
        var name = before.StartsWith("namespace ", StringComparison.Ordinal) ? "Digits.DigitNet" : "DigitNet";
        var manifest = TrainedArtifact.Manifest(Declared.Definition(source, name), prune, isValidated);
        return new(source) { Manifests = [edit?.Invoke(manifest) ?? manifest] };
    }

    // What the package's targets make of a property before the compiler sees it.
    private static string Compiled(string property) => property == "CompileTimeInstructionSet" ? "IlcInstructionSet" : property;
}
