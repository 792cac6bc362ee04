using System.Text;
using CompileTime.Shared;

namespace CompileTime.Models;

/// <summary>
/// The two files of an artifact. They are written under other names and renamed when complete, the weights first: whoever sees a new
/// manifest finds its weights. A failure that is reported leaves what was there before. If the process or the machine dies between the
/// two renames, the new weights stand beside the old manifest, or none, and the new manifest in a .tmp file: the next Load finds it by its
/// SHA-256 and does the second renaming. Of two that save at the same time, one wins. Nothing that does not belong together is ever run.
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

    /// <param name="pathWithoutExtension">Both files' path; an extension of theirs is left out.</param>
    /// <param name="manifest">The one file.</param>
    /// <param name="blob">The other one.</param>
    /// <param name="betweenRenamings">For tests: what happens between the two.</param>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static void Write(string pathWithoutExtension, string manifest, byte[] blob, Action? betweenRenamings = null)
    {
        var path = Path.GetFullPath(WithoutExtension(pathWithoutExtension));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // Another Save at the same time may come between the two files: whoever renames last looks last, and does it again.
        Exception? problem = null;
        for (var attempt = 0; attempt < Attempts * Attempts; attempt++)
        {
            if (attempt % Attempts == 0)
            {
                // Saved they are, in a folder where this process may write but not read.
                if (problem is UnauthorizedAccessException)
                    return;
                Place(path, manifest, blob, betweenRenamings);
            }

            problem = WhyNotWhole(path, path + ManifestExtension, manifest, blob);
            if (problem is null)
                return;
            Thread.Sleep(Random.Shared.Next(1, 20)); // perhaps the other one is still at it
        }

        throw new IOException($"'{path}' was saved {Attempts} times, and each time its two files did not belong together afterwards;"
            + $" perhaps others save it all the time. The last time: {problem!.Message}", problem);
    }

    private static void Place(string path, string manifest, byte[] blob, Action? betweenRenamings)
    {
        var suffix = "." + Path.GetRandomFileName() + Unfinished;
        var (newBlob, newManifest, oldBlob) = (path + BlobExtension + suffix, path + ManifestExtension + suffix, path + ".old" + suffix);
        try
        {
            WriteFile(newBlob, blob);
            WriteFile(newManifest, Utf8.GetBytes(manifest));
            if (File.Exists(path + BlobExtension))
                File.Copy(path + BlobExtension, oldBlob);
            File.Move(newBlob, path + BlobExtension, overwrite: true);
            betweenRenamings?.Invoke();
            try
            {
                File.Move(newManifest, path + ManifestExtension, overwrite: true);
            }
            catch (FileNotFoundException) when (!File.Exists(newManifest))
            {
                // A Load between the two renamings took it for what a killed Save left, and finished this one.
            }
            catch when (IsOwn(path, blob))
            {
                // The manifest that is still there belongs to the old weights, unless another Save has replaced both.
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

    // Null for what was saved, and for what somebody else has saved since.
    private static Exception? WhyNotWhole(string path, string manifestFile, string ownManifest, byte[] ownBlob)
    {
        try
        {
            var text = ReadText(manifestFile);
            var isWhole = text == ownManifest ? IsOwn(path, ownBlob)
                : Artifact.ReadManifest(text, manifestFile) is var manifest && Artifact.BelongTogether(manifest, ReadBlob(path, manifest));
            return isWhole ? null : new InvalidDataException($"'{path + BlobExtension}' holds other weights than the manifest beside it.");
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return problem;
        }
    }

    private static bool IsOwn(string path, byte[] blob) => new FileInfo(path + BlobExtension) is { Exists: true } file
        && file.Length == blob.Length && File.ReadAllBytes(file.FullName).AsSpan().SequenceEqual(blob);

    /// <param name="manifestPath">The manifest; the weights are looked for beside it.</param>
    /// <param name="check">Refuses what is not wanted, before the weights are read; null for nothing.</param>
    /// <exception cref="FileNotFoundException">The manifest or the weights are missing.</exception>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static Artifact Read(string manifestPath, Action<Manifest>? check = null)
    {
        var path = Path.GetFullPath(WithoutExtension(manifestPath));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return ReadPair(path, path + ManifestExtension, check);
            }
            catch (Exception problem) when (problem is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
            {
                if (File.Exists(path + BlobExtension) && FinishSave(path, check) is { } artifact)
                    return artifact;
                CheckExist(path);
                if (attempt == Attempts)
                    throw;
            }

            // Perhaps a Save came between the two files, and now they belong together.
            Thread.Sleep(attempt);
        }
    }

    private static void CheckExist(string path)
    {
        if (!File.Exists(path + ManifestExtension))
            throw new FileNotFoundException($"There is no manifest '{path + ManifestExtension}'. CompressedModel.Save writes it.",
                path + ManifestExtension);
        if (!File.Exists(path + BlobExtension))
            throw new FileNotFoundException(
                $"The manifest '{path + ManifestExtension}' has lost its weights: '{path + BlobExtension}' is missing.",
                path + BlobExtension);
    }

    private static Artifact ReadPair(string path, string manifestFile, Action<Manifest>? check)
    {
        var manifest = Artifact.ReadManifest(ReadText(manifestFile), manifestFile);
        check?.Invoke(manifest);
        return Artifact.Read(manifest, ReadBlob(path, manifest), manifestFile);
    }

    // Nothing is read that is not as long as announced.
    private static byte[] ReadBlob(string path, Manifest manifest)
    {
        using var stream = new FileStream(path + BlobExtension, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        Artifact.CheckLength(manifest, stream.Length, path + ManifestExtension);
        var blob = new byte[manifest.BlobBytes];
        stream.ReadExactly(blob);
        return blob;
    }

    // What a process that died within Save left: the manifest of these very weights, not yet in its place.
    private static Artifact? FinishSave(string path, Action<Manifest>? check)
    {
        foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ManifestExtension + ".*" + Unfinished))
        {
            try
            {
                var artifact = ReadPair(path, left, check);
                Replace(path, left);
                return artifact;
            }
            catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                // Cut short, or of other weights, or another process was faster.
            }
        }

        return null;
    }

    // Another Save may end just now, with other weights: then its manifest is not lost, and the next attempt finds it.
    private static void Replace(string path, string manifestFile)
    {
        var aside = path + ManifestExtension + "." + Path.GetRandomFileName() + Unfinished;
        try
        {
            if (File.Exists(path + ManifestExtension))
                File.Copy(path + ManifestExtension, aside);
            File.Move(manifestFile, path + ManifestExtension, overwrite: true);
        }
        finally
        {
            if (IsPair(path, path + ManifestExtension) || !IsPair(path, aside))
                File.Delete(aside);
        }
    }

    private static bool IsPair(string path, string manifestFile) => WhyNotWhole(path, manifestFile, "", []) is null;

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
