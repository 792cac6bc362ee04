extern alias generator;

using System.Text;
using CompileTime.Benchmarks.Compiled;
using CompileTime.Benchmarks.Networks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Sample.Measure;
using generator::CompileTime.Generator;
using generator::CompileTime.Generator.Declaration;
using generator::CompileTime.Generator.Graph;
using generator::CompileTime.Generator.Manifests;

namespace CompileTime.Benchmarks.Editor;

/// <summary>A project in an editor: one network of so many layers, and another file. Every edit is a new text.</summary>
internal sealed class EditedProject
{
    private const string ModelName = "Net";

    private readonly int _layers;
    private CSharpCompilation _compilation;
    private GeneratorDriver _driver;
    private SyntaxTree _model;
    private SyntaxTree _other;
    private int _edits;

    /// <param name="layers">Conv2d layers, each with a BatchNorm and a ReLU.</param>
    /// <param name="isTrained">Whether there is an artifact, so that kernels are generated.</param>
    public EditedProject(int layers, bool isTrained)
    {
        _layers = layers;
        _model = Parse(Source(edit: 0));
        _other = Parse(Other(edit: 0));
        _compilation = CSharpCompilation.Create("Edited", [_model, _other], NetworkCompiler.References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        AdditionalText[] files = isTrained ? [new ManifestFile("/Models/" + ModelName + ".ctm", Manifest())] : [];
        _driver = CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], files, optionsProvider: new EmbeddedBlob("CompileTime/Net.ctw"));
        Files = files;
        Generate();
    }

    private AdditionalText[] Files { get; }

    /// <summary>Milliseconds of the generator after a character was typed into the other file.</summary>
    public double EditOther()
    {
        var other = Parse(Other(++_edits));
        (_compilation, _other) = (_compilation.ReplaceSyntaxTree(_other, other), other);
        return Generate();
    }

    /// <summary>Milliseconds of the generator after a size of the network was changed.</summary>
    public double EditModel()
    {
        var model = Parse(Source(++_edits));
        (_compilation, _model) = (_compilation.ReplaceSyntaxTree(_model, model), model);
        return Generate();
    }

    /// <summary>Milliseconds of the generator in a project that was just opened.</summary>
    public double Open()
    {
        _driver = CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], Files, optionsProvider: new EmbeddedBlob("CompileTime/Net.ctw"));
        return Generate();
    }

    /// <summary>
    /// Milliseconds of what the analyzer does for the network: reading and checking it. What Roslyn does before, which any analyzer or the
    /// compiler itself makes it do, is not counted.
    /// </summary>
    public double Analyze()
    {
        _driver.RunGeneratorsAndUpdateCompilation(_compilation, out var completed, out _);
        _ = completed.GetDeclarationDiagnostics();
        var start = ThreadClock.Now;
        var type = completed.GetTypeByMetadataName(ModelName)!;
        var declaration = DeclarationReader.Read(type, completed, new SiteTable(), CancellationToken.None)!;
        var manifests = ManifestSource.ReadAll(new AnalyzerOptions([.. Files], new EmbeddedBlob("CompileTime/Net.ctw")), CancellationToken.None);
        var input = new ModelInput(declaration, ManifestSource.Of(declaration, manifests), CompilerFacts.Of(completed));
        var problems = ModelCompiler.Check(input);
        var time = (ThreadClock.Now - start).TotalMilliseconds;
        return problems.All(problem => problem.Id is "CT3001" or "CT3010" or "CT4004")
            ? time
            : throw new InvalidOperationException(string.Join("\n", problems.Take(5)));
    }

    private double Generate()
    {
        var start = ThreadClock.Now;
        _driver = _driver.RunGenerators(_compilation);
        var time = (ThreadClock.Now - start).TotalMilliseconds;
        return _driver.GetRunResult().Results.Single().Exception is { } exception ? throw exception : time;
    }

    // The last size differs from edit to edit; the first one is the artifact's.
    private string Source(int edit)
    {
        var text = new StringBuilder("using CompileTime; using static CompileTime.Functional; using static CompileTime.Precision;\n")
            .Append("using static CompileTime.PruningMethods;\n[Model(16, 8, 8)] [Prune(0.6, L1)] [Quantize(Int8, Backend.Fbgemm)]\n")
            .Append("public partial class ").Append(ModelName).Append("\n{\n");
        for (var i = 0; i < _layers; i++)
        {
            text.Append("    [Conv2d(16, 3, Padding = 1), BatchNorm, ReLU] private static partial Tensor Layer").Append(i)
                .Append("(Tensor x);\n");
        }

        text.Append("    [Flatten, Linear(").Append(10 + edit).Append(")] private static partial Tensor Head(Tensor x);\n")
            .Append("    private static Tensor Forward(Tensor x)\n    {\n");
        for (var i = 0; i < _layers; i++)
            text.Append("        x = Layer").Append(i).Append("(x);\n");
        return text.Append("        return Head(x);\n    }\n}\n").ToString();
    }

    private static string Other(int edit) => "public class Other { public int X" + edit + "; }";

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source);

    private string Manifest()
    {
        var type = _compilation.GetTypeByMetadataName(ModelName)!;
        var declaration = DeclarationReader.Read(type, _compilation, sites: null, CancellationToken.None)!;
        var definition = NetworkBuilder.Build(declaration, [])!;
        var trainer = new Trainer(generator::CompileTime.Shared.DefinitionText.Write(definition), seed: 1);
        foreach (var name in trainer.ParameterNames)
            trainer.SetParameter(name, trainer.GetParameter(name));
        trainer.Prune();
        trainer.Calibrate(new Dataset(PreparedNetwork.Samples(16 * 64, 16), new int[16]));
        var model = trainer.Convert();
        return Models.Artifact.Write(model.Definition, model.Model, 0, []).Manifest;
    }
}
