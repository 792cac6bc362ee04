using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.Benchmarks.Compiled;

/// <summary>An artifact's manifest as the compiler is given it.</summary>
/// <param name="path">Of the <c>.ctm</c> file.</param>
/// <param name="text">What is in it; null to read it.</param>
internal sealed class ManifestFile(string path, string? text = null) : AdditionalText
{
    private readonly SourceText _text = SourceText.From(text ?? File.ReadAllText(path), Encoding.UTF8);

    public override string Path => path;

    public override SourceText GetText(CancellationToken cancellationToken = default) => _text;
}

/// <summary>Says of every file what the package's targets say of a manifest: that its weights are embedded.</summary>
/// <param name="resource">Under which name.</param>
internal sealed class EmbeddedBlob(string resource) : AnalyzerConfigOptionsProvider
{
    public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(resource);

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

    private sealed class Options(string resource) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
        {
            value = key == "build_metadata.AdditionalFiles.CompileTimeBlob" ? resource : null;
            return value is not null;
        }
    }
}
