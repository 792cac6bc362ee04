extern alias generator;

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using generator::CompileTime.Generator;
using generator::CompileTime.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompileTime.Generator.Tests.Harness;

/// <summary>A project in which one diagnostic is reported: for declarations that of the diagnostic's own page.</summary>
internal sealed record Example(string Source)
{
    /// <summary>The texts of its artifacts.</summary>
    public IReadOnlyList<string> Manifests { get; init; } = [];

    /// <summary>Whether the build says under which name their weights are embedded.</summary>
    public bool IsEmbedded { get; init; } = true;

    public bool AllowsUnsafe { get; init; } = true;

    public LanguageVersion Language { get; init; } = LanguageVersion.Latest;

    /// <summary>What the build tells the compiler.</summary>
    public (string Key, string Value)[] Options { get; init; } = [];

    public static Example Of(string id) => id switch
    {
        "CT3001" => new(Artifacts.Source("M")),
        "CT3002" => new(Artifacts.Source("M", outputs: 3)) { Manifests = [Artifacts.Manifest("M")] },
        "CT3003" => new("public class M;") { Manifests = ["no manifest"] },
        "CT3004" => Trained() with { Manifests = [Artifacts.Manifest("M"), Artifacts.Manifest("M")] },
        "CT3005" => new("public class M;") { Manifests = [Artifacts.Manifest("M")] },
        "CT3006" => Trained() with { IsEmbedded = false },
        "CT3007" => Trained() with { Options = [("build_metadata.AdditionalFiles.CompileTimeBlobState", "Missing")] },
        "CT3008" => Trained("[Budget(Bytes = 1)]"),
        "CT3009" => Trained("[Budget(Accuracy = 0.9)]"),
        "CT3010" => Trained("[Prune(0.5)]"),
        "CT3011" => new("[Model(4)] [Linear(2)] [Budget(Accuracy = 0.9)] public partial class M;"),
        "CT3012" => Trained() with { Options = [("build_metadata.AdditionalFiles.CompileTimeBlobState", "Other")] },
        "CT4001" => Trained() with { AllowsUnsafe = false },
        "CT4002" => new("using CompileTime;\n[Model(4)] [Linear(2)] public partial class M { }") { Language = LanguageVersion.CSharp8 },
        "CT4003" => Trained("[Quantize(Int8, Backend.OneDnn)]", weight => weight with { SaturatingPairs = 1 }),
        "CT4004" => Trained("[Prune(0.5)]", weight => weight with { Nonzeros = 4 }),
        "CT4005" => Trained() with { Options = [("build_property.PublishAot", "true"), ("build_property.IlcInstructionSet", "x86-64-v2")] },
        _ => new(OfPage(id)[0]),
    };

    /// <summary>The code on a diagnostic's page: what is wrong, what is right.</summary>
    public static IReadOnlyList<string> OfPage(string id) => [.. Regex.Matches(Page(id), "```csharp\n(.*?)```", RegexOptions.Singleline)
        .Select(match => match.Groups[1].Value)];

    public static string Page(string id) => File.ReadAllText(System.IO.Path.Combine(Root, "docs", "diagnostics", id + ".md"));

    /// <summary>The repository.</summary>
    public static string Root { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(ThisFolder(), "..", ".."));

    /// <summary>What the analyzer reports, suppressed diagnostics left out.</summary>
    /// <param name="config">Text of an .editorconfig beside the sources, or of a .globalconfig.</param>
    public async Task<IReadOnlyList<Diagnostic>> Analyze(string config = "")
    {
        var compilation = TestProject.Compilation(Language, Source);
        compilation = compilation.WithOptions(
            compilation.Options.WithAllowUnsafe(AllowsUnsafe).WithSyntaxTreeOptionsProvider(new Severities(config)));
        var files = Manifests.Select((text, i) => (AdditionalText)new TextFile($"/Models/{i}.ctm", text));
        var options = new AnalyzerOptions([.. files], new BlobOptions(IsEmbedded, Options));
        return await compilation.WithAnalyzers([new ModelAnalyzer()], options).GetAnalyzerDiagnosticsAsync();
    }

    private static Example Trained(string attribute = "", Func<WeightInfo, WeightInfo>? change = null)
    {
        var source = $"[Model(4)] [Linear(2)] {attribute} public partial class M;";
        var manifest = Artifacts.Manifest("M", source: source, change: whole => whole.With(change ?? (weight => weight)));
        return new(source) { Manifests = [manifest] };
    }

    private static string ThisFolder([CallerFilePath] string path = "") => System.IO.Path.GetDirectoryName(path)!;

    /// <summary>Severities as csc takes them from configuration files.</summary>
    private sealed class Severities(string config) : SyntaxTreeOptionsProvider
    {
        private readonly AnalyzerConfigSet _set = AnalyzerConfigSet.Create(ImmutableArray.Create(
            AnalyzerConfig.Parse(config, config.StartsWith("is_global", StringComparison.Ordinal) ? "/.globalconfig" : "/.editorconfig")));

        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.Unknown;

        public override bool TryGetDiagnosticValue(
            SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
            _set.GetOptionsForSourcePath("/" + tree.FilePath).TreeOptions.TryGetValue(diagnosticId, out severity);

        public override bool TryGetGlobalDiagnosticValue(
            string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
            _set.GlobalConfigOptions.TreeOptions.TryGetValue(diagnosticId, out severity);
    }
}
