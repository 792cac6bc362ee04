using System.Text;

namespace CompileTime.Models;

/// <summary>
/// The two files of an artifact. They are written under other names and renamed when complete, the weights first: whoever sees a new
/// manifest finds its weights. A failure that is reported leaves what was there before. If the process or the machine dies between the
/// two renames, the new weights stand beside the old manifest, and the new manifest in a .tmp file: the next Load finds it by its SHA-256
/// and does the second renaming. Nothing that does not belong together is ever run.
/// </summary>
internal static class ArtifactFiles
{
    public const string ManifestExtension = ".ctm";
    public const string BlobExtension = ".ctw";

    // More than any artifact can have: names and numbers of a network, not its weights.
    private const long MaxManifestBytes = 64 << 20;

    private const string Unfinished = ".tmp";

    // A reader beside one that saves without end still comes to an end.
    private const int Attempts = 8;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Write(string pathWithoutExtension, string manifest, byte[] blob)
    {
        var path = Path.GetFullPath(WithoutExtension(pathWithoutExtension));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var suffix = "." + Path.GetRandomFileName() + Unfinished;
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
            catch (FileNotFoundException) when (HasText(path + ManifestExtension, manifest))
            {
                // A Load between the two renamings took it for what a killed Save left, and finished this one.
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

    private static bool HasText(string path, string text)
    {
        try
        {
            return ReadText(path) == text;
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return false;
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
        for (var attempt = 1; ; attempt++)
        {
            var blob = File.ReadAllBytes(path + BlobExtension);
            try
            {
                return Artifact.Read(ReadText(path + ManifestExtension), blob, path + ManifestExtension);
            }
            catch (InvalidDataException) when (FinishSave(path, blob) is { } artifact)
            {
                return artifact;
            }
            catch (InvalidDataException) when (attempt < Attempts)
            {
                // Perhaps a Save came between the two files, and now they belong together.
                Thread.Sleep(attempt);
            }
        }
    }

    // What a process that died within Save left: the manifest of these very weights, not yet in its place.
    private static Artifact? FinishSave(string path, byte[] blob)
    {
        foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ManifestExtension + ".*" + Unfinished))
        {
            try
            {
                var artifact = Artifact.Read(ReadText(left), blob, left);
                File.Move(left, path + ManifestExtension, overwrite: true);
                return artifact;
            }
            catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                // Cut short, or of other weights, or another process was faster.
            }
        }

        return null;
    }

    private static string ReadText(string path)
    {
        if (new FileInfo(path).Length > MaxManifestBytes)
            throw new InvalidDataException($"'{path}' is too large to be a manifest.");
        try
        {
            return Utf8.GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF'); // editors like to add one
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"'{path}' is not a text file: it is damaged, or not a manifest.");
        }
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
        // No buffer, which Dispose would try to write once more after an error.
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        catch (ArgumentOutOfRangeException problem)
        {
            // What .NET makes of EFBIG: a quota, or a limit of the file system or the process.
            throw new IOException($"'{path}' would be larger than a file may be here.", problem);
        }
    }
}
