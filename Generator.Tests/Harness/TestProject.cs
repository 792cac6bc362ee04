extern alias generator;

using System.Collections.Immutable;
using System.Text;
using Basic.Reference.Assemblies;
using generator::CompileTime.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.Generator.Tests.Harness;

/// <summary>A project in memory, as the package sets one up: the runtime, its usings, and unsafe code.</summary>
internal static class TestProject
{
    /// <summary>What Runtime/buildTransitive/CompileTime.props adds, plus the usings of the SDK that the sources here need.</summary>
    public const string Usings = """
        global using System;
        global using CompileTime;
        global using static CompileTime.Precision;
        global using static CompileTime.QuantizationMode;
        global using static CompileTime.PruningMethods;
        global using static CompileTime.Functional;
        """;

    public static readonly MetadataReference Runtime = MetadataReference.CreateFromFile(typeof(Tensor).Assembly.Location);

    public static CSharpCompilation Compilation(params string[] sources) => Compilation(LanguageVersion.Latest, sources);

    public static CSharpCompilation Compilation(LanguageVersion version, params string[] sources)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(version).WithDocumentationMode(DocumentationMode.Diagnose);
        string[] usings = version >= LanguageVersion.CSharp10 ? [Usings] : [];
        return CSharpCompilation.Create(
            "Demo",
            usings.Concat(sources).Select((source, i) => CSharpSyntaxTree.ParseText(source, options, $"Source{i}.cs", Encoding.UTF8)),
            Net100.References.All.Append(Runtime),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    public static CSharpGeneratorDriver Driver(CSharpCompilation compilation, params AdditionalText[] files) => CSharpGeneratorDriver.Create(
        [new ModelGenerator().AsSourceGenerator()],
        files,
        (CSharpParseOptions)compilation.SyntaxTrees.First().Options,
        new BlobOptions(),
        new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The compilation with what the generator adds to it.</summary>
    public static CSharpCompilation Generate(CSharpCompilation compilation, params AdditionalText[] files)
    {
        Driver(compilation, files).RunGeneratorsAndUpdateCompilation(compilation, out var completed, out var problems);
        Assert.Empty(problems);
        return (CSharpCompilation)completed;
    }

    /// <summary>The generated files, one after the other.</summary>
    public static string GeneratedText(CSharpCompilation compilation, params AdditionalText[] files) =>
        string.Join("\n", Driver(compilation, files).RunGenerators(compilation).GetRunResult().GeneratedTrees.Select(tree => tree.ToString()));
}

/// <summary>A file of the project that is not code.</summary>
internal sealed class TextFile(string path, string text) : AdditionalText
{
    public override string Path => path;

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text, Encoding.UTF8);
}

/// <summary>Gives each .ctm the metadata that CompileTime.targets gives it.</summary>
internal sealed class BlobOptions(bool isEmbedded = true, params (string Key, string Value)[] more) : AnalyzerConfigOptionsProvider
{
    public override AnalyzerConfigOptions GlobalOptions { get; } =
        new Values(more.ToImmutableDictionary(option => option.Key, option => option.Value));

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile)
    {
        var values = more.ToImmutableDictionary(option => option.Key, option => option.Value);
        return new Values(isEmbedded
            ? values.Add("build_metadata.AdditionalFiles.CompileTimeBlob",
                "CompileTime/" + System.IO.Path.ChangeExtension(textFile.Path, ".ctw"))
            : values);
    }

    private sealed class Values(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) =>
            values.TryGetValue(key, out value);
    }
}
