using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using CompileTime.Generator.Declaration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompileTime.Generator.Manifests;

/// <summary>What the build says of the weights (<c>.ctw</c>) beside a manifest.</summary>
internal enum BlobState
{
    /// <summary>Nothing that is wrong.</summary>
    Good,

    /// <summary>There are none.</summary>
    Missing,

    /// <summary>Their hash is another than the manifest's.</summary>
    Other,
}

/// <summary>An artifact's text as the build hands it over.</summary>
/// <param name="Path">Where it is, for messages; no output depends on it.</param>
/// <param name="Text">The manifest.</param>
/// <param name="BlobResource">The name of the embedded resource with its weights; null when the build gives none.</param>
/// <param name="Blob">What the build found beside it.</param>
internal sealed record ManifestSource(string Path, string Text, string? BlobResource, BlobState Blob = BlobState.Good)
{
    private const string BlobMetadata = "build_metadata.AdditionalFiles.CompileTimeBlob";
    private const string BlobStateMetadata = "build_metadata.AdditionalFiles.CompileTimeBlobState";

    /// <summary>The full name of the class it is for, from its <c>model</c> line; null when there is none.</summary>
    public string? ModelName { get; } = FindModelName(Text);

    /// <summary>The line with the hash of the weights, from 1 on.</summary>
    public int HashLine => Text.Substring(0, Text.LastIndexOf("\nsha256 ", StringComparison.Ordinal) + 1).Count(c => c == '\n') + 1;

    /// <summary>File name only: it is the same on every machine.</summary>
    public string FileName => Path.Substring(Path.LastIndexOfAny(['/', '\\']) + 1);

    public static bool IsManifest(AdditionalText file) => file.Path.EndsWith(".ctm", StringComparison.OrdinalIgnoreCase);

    public static ManifestSource Read(AdditionalText file, AnalyzerConfigOptionsProvider options, CancellationToken cancellation)
    {
        var metadata = options.GetOptions(file);
        var named = metadata.TryGetValue(BlobMetadata, out var resource) && resource.Length > 0;
        metadata.TryGetValue(BlobStateMetadata, out var state);
        return new ManifestSource(file.Path, file.GetText(cancellation)?.ToString() ?? "", named ? resource : null,
            Enum.TryParse<BlobState>(state, out var blob) ? blob : BlobState.Good);
    }

    public static EquatableArray<ManifestSource> ReadAll(AnalyzerOptions options, CancellationToken cancellation) => new(
        options.AdditionalFiles.Where(IsManifest)
        .Select(file => Read(file, options.AnalyzerConfigOptionsProvider, cancellation)));

    /// <summary>The artifacts of one model, by path, so that their order in the project does not matter.</summary>
    public static EquatableArray<ManifestSource> Of(ModelDeclaration declaration, IEnumerable<ManifestSource> all) => new(all
        .Where(source => source.ModelName == declaration.FullName)
        .OrderBy(source => source.Path, StringComparer.Ordinal));

    private static string? FindModelName(string text)
    {
        const string Key = "\nmodel ";
        var start = text.IndexOf(Key, StringComparison.Ordinal);
        if (start < 0)
            return null;
        start += Key.Length;
        var end = text.IndexOf('\n', start);
        var name = text.Substring(start, (end < 0 ? text.Length : end) - start).TrimEnd('\r', ' ');
        return name.Length > 0 ? name : null;
    }
}
