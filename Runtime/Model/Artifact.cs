using System.Globalization;
using System.Security.Cryptography;
using CompileTime.Shared;

namespace CompileTime.Models;

/// <summary>A manifest and the weights that belong to it: what a pair of files, or a class with its embedded weights, holds.</summary>
internal sealed record Artifact(Manifest Manifest, QuantizedModel Model)
{
    /// <summary>Reads and checks both halves.</summary>
    /// <param name="manifestText">Text of the <c>.ctm</c> file.</param>
    /// <param name="blob">Bytes of the <c>.ctw</c> file.</param>
    /// <param name="name">What to call the artifact in messages: a path, or the name of a class.</param>
    /// <exception cref="InvalidDataException">Either half is damaged, or they do not belong together.</exception>
    public static Artifact Read(string manifestText, ReadOnlySpan<byte> blob, string name) =>
        Read(ReadManifest(manifestText, name), blob, name);

    /// <summary>Reads the first half alone, which tells how much memory the second one takes.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Manifest ReadManifest(string text, string name) => ManifestText.Read(text, out var error)
        ?? throw new InvalidDataException(Text($"{name}, line {error!.Line}, column {error.Column}: {error.Message}."));

    /// <summary>Reads the second half.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or another manifest's.</exception>
    public static Artifact Read(Manifest manifest, ReadOnlySpan<byte> blob, string name)
    {
        CheckLength(manifest, blob.Length, name);
        if (!BelongTogether(manifest, blob))
        {
            throw new InvalidDataException(Text(
                $"{name}: the manifest or the weights were changed, or do not belong together (their SHA-256 differs). {Advice}"));
        }

        try
        {
            return new Artifact(manifest, WeightBlob.Read(manifest.Network, blob));
        }
        catch (InvalidDataException problem)
        {
            throw new InvalidDataException(Text($"{name}: {problem.Message} {Advice}"), problem);
        }
    }

    /// <summary>Whether weights of so many bytes can be those of the manifest.</summary>
    /// <exception cref="InvalidDataException">They cannot.</exception>
    public static void CheckLength(Manifest manifest, long bytes, string name)
    {
        if (bytes != manifest.BlobBytes)
            throw new InvalidDataException(Text($"{name}: the weights have {bytes} bytes where the manifest says {manifest.BlobBytes}. {Advice}"));
    }

    /// <summary>Whether the hashes in the manifest are those of both halves.</summary>
    public static bool BelongTogether(Manifest manifest, ReadOnlySpan<byte> blob) =>
        Hash(blob) == manifest.BlobSha256 && HashFacts(manifest) == manifest.FactsSha256;

    /// <summary>The manifest with the length and the hashes that belong to it and the weights.</summary>
    public static Manifest Sign(Manifest manifest, ReadOnlySpan<byte> blob)
    {
        manifest = manifest with { BlobBytes = blob.Length, BlobSha256 = Hash(blob) };
        return manifest with { FactsSha256 = HashFacts(manifest) };
    }

    /// <summary>The two halves as they are to be stored. The manifest's blob facts are those of the weights given.</summary>
    public static (string Manifest, byte[] Blob) Write(NetworkDefinition definition, QuantizedModel model, int validationSamples,
        IReadOnlyList<ValidationEntry> validation)
    {
        var blob = WeightBlob.Write(model);
        var manifest = new Manifest
        {
            Definition = definition,
            DefinitionText = DefinitionText.Write(definition),
            Network = PackingFacts.Of(model),
            BlobBytes = blob.Length,
            BlobSha256 = "",
            FactsSha256 = "",
            ValidationSamples = validationSamples,
            Validation = validation,
        };
        return (ManifestText.Write(Sign(manifest, blob)), blob);
    }

    private const string Advice = "Save the model again, or restore both files (.ctm and .ctw) from the same version.";

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    // Not of the file but of what was read from it, so that line endings do not matter.
    private static string HashFacts(Manifest manifest) => Hash(System.Text.Encoding.UTF8.GetBytes(ManifestText.WriteFacts(manifest)));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
