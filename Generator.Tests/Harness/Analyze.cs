extern alias generator;

using Basic.Reference.Assemblies;
using generator::CompileTime.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace CompileTime.Generator.Tests.Harness;

/// <summary>
/// Runs the analyzer beside the generator, as a build does, and expects what the markup says: <c>{|CT1001:text|}</c>, and nothing
/// else. That a model is not trained yet (CT3001) is said of nearly every example and expected only where it is asked for.
/// </summary>
internal sealed class Analyze : CSharpAnalyzerTest<ModelAnalyzer, DefaultVerifier>
{
    private readonly bool _allowUnsafe;
    private readonly LanguageVersion _language;

    private Analyze(string source, bool allowUnsafe, LanguageVersion language)
    {
        _allowUnsafe = allowUnsafe;
        _language = language;
        ReferenceAssemblies = new ReferenceAssemblies("in memory");
        TestBehaviors |= TestBehaviors.SkipGeneratedSourcesCheck;
        TestState.Sources.Add(source);
        if (language >= LanguageVersion.CSharp10)
            TestState.Sources.Add(TestProject.Usings);
        TestState.AdditionalReferences.AddRange(Net100.References.All);
        TestState.AdditionalReferences.Add(TestProject.Runtime);
    }

    /// <param name="source">With markup.</param>
    /// <param name="untrained">Whether CT3001 is looked at.</param>
    /// <param name="artifacts">Paths and texts of .ctm files; markup works in them too.</param>
    /// <param name="embedded">Whether the build says under which name their weights are embedded.</param>
    /// <param name="allowUnsafe">The project's AllowUnsafeBlocks.</param>
    /// <param name="language">The project's LangVersion; below C# 10 the source has its own usings.</param>
    /// <param name="blobs">What the build says of the weights beside the artifacts: Missing, Other, or nothing.</param>
    /// <param name="properties">Properties of the project that the compiler sees.</param>
    public static Task Run(
        string source, bool untrained = false, (string Path, string Text)[]? artifacts = null, bool embedded = true, bool allowUnsafe = true,
        LanguageVersion language = LanguageVersion.Latest, string? blobs = null, params (string Name, string Value)[] properties)
    {
        var test = new Analyze(source, allowUnsafe, language.MapSpecifiedToEffectiveVersion());
        if (!untrained)
            test.DisabledDiagnostics.Add("CT3001");
        var config = "is_global = true\n"
            + string.Concat(properties.Select(property => $"build_property.{property.Name} = {property.Value}\n"));
        foreach (var (path, text) in artifacts ?? [])
        {
            test.TestState.AdditionalFiles.Add((path, text));
            config += $"\n[{path}]\nbuild_metadata.AdditionalFiles.CompileTimeBlob = CompileTime/{Path.GetFileNameWithoutExtension(path)}.ctw\n"
                + (blobs is null ? "" : $"build_metadata.AdditionalFiles.CompileTimeBlobState = {blobs}\n");
        }

        if (embedded && artifacts is not null)
            test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", config));
        return test.RunAsync();
    }

    protected override IEnumerable<Type> GetSourceGenerators() => [typeof(ModelGenerator)];

    protected override CompilationOptions CreateCompilationOptions() =>
        ((CSharpCompilationOptions)base.CreateCompilationOptions()).WithAllowUnsafe(_allowUnsafe);

    protected override ParseOptions CreateParseOptions() => new CSharpParseOptions(_language, DocumentationMode.Parse);
}
