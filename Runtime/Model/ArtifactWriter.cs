namespace CompileTime.Models;

/// <summary>Writes the two files of an artifact, in the order and with the promises that <see cref="ArtifactFiles"/> tells.</summary>
internal static class ArtifactWriter
{
    // Two that save at the same time wait for times of chance, so one of them is soon alone.
    private const int Attempts = 16;

    /// <param name="pathWithoutExtension">Both files' path; an extension of theirs is left out.</param>
    /// <param name="manifest">The one file.</param>
    /// <param name="blob">The other one.</param>
    /// <param name="betweenRenamings">For tests: what happens between the two.</param>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static void Write(string pathWithoutExtension, string manifest, byte[] blob, Action? betweenRenamings = null)
    {
        var path = ArtifactFiles.FullPath(pathWithoutExtension);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // While it lies there, a reader knows that what does not belong together will soon.
        var saving = ArtifactFiles.NewUnfinished(path);
        try
        {
            File.Create(saving).Dispose();
            WriteUntilWhole(path, manifest, blob, betweenRenamings);
        }
        finally
        {
            File.Delete(saving);
        }
    }

    // Another Save at the same time may come between the two files: whoever renames last looks last, and does it again.
    private static void WriteUntilWhole(string path, string manifest, byte[] blob, Action? betweenRenamings)
    {
        for (var attempt = 1; ; attempt++)
        {
            Place(path, manifest, blob, betweenRenamings);
            if (WhyNotWhole(path, manifest, blob) is null)
                return;
            Thread.Sleep(Random.Shared.Next(1, 20)); // perhaps the other one is still at it
            switch (WhyNotWhole(path, manifest, blob))
            {
                case null:
                // Saved they are, in a folder where this process may write but not read.
                case UnauthorizedAccessException:
                    return;
                case { } problem when attempt == Attempts:
                    throw new IOException($"'{path}' was saved {Attempts} times, and each time its two files did not belong together "
                        + $"afterwards; perhaps others save it all the time. The last time: {problem.Message}", problem);
            }
        }
    }

    private static void Place(string path, string manifest, byte[] blob, Action? betweenRenamings)
    {
        var (manifestFile, blobFile) = (path + ArtifactFiles.ManifestExtension, path + ArtifactFiles.BlobExtension);
        var (newManifest, newBlob) = (ArtifactFiles.NewUnfinished(manifestFile), ArtifactFiles.NewUnfinished(blobFile));
        var oldBlob = ArtifactFiles.NewUnfinished(blobFile);
        var isLeft = false;
        try
        {
            WriteFile(newBlob, blob);
            WriteFile(newManifest, ArtifactFiles.Utf8.GetBytes(manifest));
            if (File.Exists(blobFile))
                File.Copy(blobFile, oldBlob);
            File.Move(newBlob, blobFile, overwrite: true);
            try
            {
                betweenRenamings?.Invoke();
                File.Move(newManifest, manifestFile, overwrite: true);
            }
            catch (FileNotFoundException) when (!File.Exists(newManifest))
            {
                // A Load between the two renamings took it for what a killed Save left, and finished this one.
            }
            catch when (IsOwn(path, blob))
            {
                // The manifest that is still there belongs to the old weights, unless another Save was done after they were copied: its
                // weights are lost then, so the next Load finishes this one.
                isLeft = IsOfOthers(manifestFile, oldBlob);
                if (isLeft)
                    throw;
                if (File.Exists(oldBlob))
                    File.Move(oldBlob, blobFile, overwrite: true);
                else
                    File.Delete(blobFile);
                throw;
            }
        }
        finally
        {
            File.Delete(newBlob);
            File.Delete(oldBlob);
            if (!isLeft)
                File.Delete(newManifest);
        }
    }

    // What is no manifest, or cannot be read, is nobody's.
    private static bool IsOfOthers(string manifestFile, string oldBlob)
    {
        try
        {
            var manifest = Artifact.ReadManifest(ArtifactFiles.ReadText(manifestFile), manifestFile);
            return !File.Exists(oldBlob) || !Artifact.BelongTogether(manifest, File.ReadAllBytes(oldBlob));
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Null for what was saved, and for what somebody else has saved since.
    private static Exception? WhyNotWhole(string path, string ownManifest, byte[] ownBlob)
    {
        var manifestFile = path + ArtifactFiles.ManifestExtension;
        try
        {
            var text = ArtifactFiles.ReadText(manifestFile);
            var isWhole = text == ownManifest ? IsOwn(path, ownBlob)
                : Artifact.ReadManifest(text, manifestFile) is var manifest
                    && Artifact.BelongTogether(manifest, ArtifactFiles.ReadBlob(path, manifest));
            return isWhole ? null
                : new InvalidDataException($"'{path + ArtifactFiles.BlobExtension}' holds other weights than the manifest beside it.");
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return problem;
        }
    }

    private static bool IsOwn(string path, byte[] blob) => new FileInfo(path + ArtifactFiles.BlobExtension) is { Exists: true } file
        && file.Length == blob.Length && File.ReadAllBytes(file.FullName).AsSpan().SequenceEqual(blob);

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
