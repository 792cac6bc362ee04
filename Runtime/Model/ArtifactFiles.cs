using System.Text;

namespace CompileTime.Models;

/// <summary>
/// The two files of an artifact. They are written under other names and renamed when complete, the weights first: whoever sees a new
/// manifest finds its weights. A failure that is reported leaves what was there before. If the process or the machine dies between the
/// two renames, the new weights stand beside the old manifest (and the old weights in a .tmp file): loading then says that the SHA-256
/// differs, and nothing wrong is ever run.
/// </summary>
internal static class ArtifactFiles
{
    public const string ManifestExtension = ".ctm";
    public const string BlobExtension = ".ctw";

    // More than any artifact can have: names and numbers of a network, not its weights.
    private const long MaxManifestBytes = 64 << 20;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Write(string pathWithoutExtension, string manifest, byte[] blob)
    {
        var path = Path.GetFullPath(WithoutExtension(pathWithoutExtension));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var suffix = "." + Path.GetRandomFileName() + ".tmp";
        var (newBlob, newManifest, oldBlob) = (path + BlobExtension + suffix, path + ManifestExtension + suffix, path + ".old" + suffix);
        try
        {
            WriteFile(newBlob, blob);
            WriteFile(newManifest, Utf8.GetBytes(manifest));
            if (File.Exists(path + BlobExtension))
                File.Copy(path + BlobExtension, oldBlob);
            File.Move(newBlob, path + BlobExtension, overwrite: true);
            try
            {
                File.Move(newManifest, path + ManifestExtension, overwrite: true);
            }
            catch
            {
                // The manifest that is still there belongs to the old weights.
                if (File.Exists(oldBlob))
                    File.Move(oldBlob, path + BlobExtension, overwrite: true);
                else
                    File.Delete(path + BlobExtension);
                throw;
            }
        }
        finally
        {
            File.Delete(newBlob);
            File.Delete(newManifest);
            File.Delete(oldBlob);
        }
    }

    /// <exception cref="FileNotFoundException">The manifest or the weights are missing.</exception>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static Artifact Read(string manifestPath)
    {
        var path = Path.GetFullPath(WithoutExtension(manifestPath));
        if (!File.Exists(path + ManifestExtension))
            throw new FileNotFoundException($"There is no manifest '{path + ManifestExtension}'. CompressedModel.Save writes it.",
                path + ManifestExtension);
        if (!File.Exists(path + BlobExtension))
            throw new FileNotFoundException(
                $"The manifest '{path + ManifestExtension}' has lost its weights: '{path + BlobExtension}' is missing.",
                path + BlobExtension);
        if (new FileInfo(path + ManifestExtension).Length > MaxManifestBytes)
            throw new InvalidDataException($"'{path + ManifestExtension}' is too large to be a manifest.");
        string manifest;
        try
        {
            manifest = Utf8.GetString(File.ReadAllBytes(path + ManifestExtension)).TrimStart('\uFEFF'); // editors like to add one
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"'{path + ManifestExtension}' is not a text file: it is damaged, or not a manifest.");
        }

        return Artifact.Read(manifest, File.ReadAllBytes(path + BlobExtension), path + ManifestExtension);
    }

    private static string WithoutExtension(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return path.EndsWith(ManifestExtension, StringComparison.OrdinalIgnoreCase)
            || path.EndsWith(BlobExtension, StringComparison.OrdinalIgnoreCase)
            ? path[..^ManifestExtension.Length]
            : path;
    }

    private static void WriteFile(string path, byte[] content)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }
}
