using System.Diagnostics;
using System.Globalization;
using CompileTime.Shared;

namespace CompileTime.Models;

/// <summary>
/// Reads the two files of an artifact, also beside one who saves. Between two reads of his files they may be replaced, so what does not
/// belong together is read again, until it does, or until it is certain that nobody is at it: it is damaged then.
/// </summary>
internal static class ArtifactReader
{
    // Longer than a tick of the clock that files' times are told by: what is written after it has another time.
    private const int TickMilliseconds = 20;

    // A Save that waits for the disk shows by its .tmp files, but so does one that was killed: after this time without a change it was.
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(1);

    // Beside one that saves without end a reader comes to an end, too.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <param name="manifestPath">The manifest; the weights are looked for beside it.</param>
    /// <param name="check">Refuses what is not wanted, before the weights are read; null for nothing.</param>
    /// <exception cref="FileNotFoundException">The manifest or the weights are missing.</exception>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static Artifact Read(string manifestPath, Action<Manifest>? check = null)
    {
        var path = ArtifactFiles.FullPath(manifestPath);
        var (begun, changed) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        for (string? before = null; ; Thread.Sleep(TickMilliseconds))
        {
            var files = Files(path);
            if (files != before)
                changed = Stopwatch.GetTimestamp();
            var isRefused = false;
            try
            {
                return ArtifactFiles.ReadPair(path, path + ArtifactFiles.ManifestExtension, manifest =>
                {
                    isRefused = true;
                    check?.Invoke(manifest);
                    isRefused = false;
                });
            }
            catch (Exception problem) when (problem is InvalidDataException or FileNotFoundException or DirectoryNotFoundException
                or EndOfStreamException)
            {
                if (UnfinishedSave.Finish(path, check) is { } artifact)
                    return artifact;

                // What is whole and not wanted becomes no other by waiting.
                if (isRefused)
                    throw;

                // The same files a tick ago, before these reads and after them: this is what they are.
                var isStill = files == before && files == Files(path);
                var nobodySaves = !files.Contains(ArtifactFiles.Unfinished, StringComparison.Ordinal);
                if ((isStill && (nobodySaves || Stopwatch.GetElapsedTime(changed) > Standstill)) || Stopwatch.GetElapsedTime(begun) > Limit)
                {
                    CheckExist(path);
                    throw;
                }
            }

            before = files;
        }
    }

    // What every Save changes: how long the two files are and when they were written, and which .tmp files are beside them.
    private static string Files(string path)
    {
        var files = new List<FileInfo> { new(path + ArtifactFiles.ManifestExtension), new(path + ArtifactFiles.BlobExtension) };
        try
        {
            foreach (var name in (string[])[path, path + ArtifactFiles.ManifestExtension, path + ArtifactFiles.BlobExtension])
                files.AddRange(ArtifactFiles.UnfinishedOf(name));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // No folder, or none whose files one may list.
        }

        return string.Join('\n', files.Where(file => file.Exists).OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}")));
    }

    private static void CheckExist(string path)
    {
        var (manifest, blob) = (path + ArtifactFiles.ManifestExtension, path + ArtifactFiles.BlobExtension);
        if (!File.Exists(manifest))
            throw new FileNotFoundException($"There is no manifest '{manifest}'. CompressedModel.Save writes it.", manifest);
        if (!File.Exists(blob))
            throw new FileNotFoundException($"The manifest '{manifest}' has lost its weights: '{blob}' is missing.", blob);
    }
}
