using System.Text;
using CompileTime.Shared;

namespace CompileTime.Models;

/// <summary>
/// The two files of an artifact. They are written under other names and renamed when complete, the weights first: whoever sees a new
/// manifest finds its weights. A failure that is reported leaves what was there before. If the process or the machine dies between the
/// two renames, the new weights stand beside the old manifest, or none, and the new manifest in a .tmp file: the next Load finds it by its
/// SHA-256 and does the second renaming. That takes two renames as well: if the reader dies between them, no manifest is in its place until
/// the next Load, which finds it in a .tmp file. Of two that save at the same time, one wins: if it is the one whose second rename fails,
/// it is left to the next Load, too. Nothing that does not belong together is ever run.
/// </summary>
/// <remarks><see cref="ArtifactWriter"/> saves, <see cref="ArtifactReader"/> loads, <see cref="UnfinishedSave"/> finishes.</remarks>
internal static class ArtifactFiles
{
    public const string ManifestExtension = ".ctm";
    public const string BlobExtension = ".ctw";

    /// <summary>What the names of files end with that are not in their place yet.</summary>
    public const string Unfinished = ".tmp";

    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // More than any artifact can have: names and numbers of a network, not its weights.
    private const long MaxManifestBytes = 64 << 20;

    /// <summary>The full path that both files begin with.</summary>
    public static string FullPath(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var hasExtension = path.EndsWith(ManifestExtension, StringComparison.OrdinalIgnoreCase)
            || path.EndsWith(BlobExtension, StringComparison.OrdinalIgnoreCase);
        return Path.GetFullPath(hasExtension ? path[..^ManifestExtension.Length] : path);
    }

    /// <summary>A name beside the others that nobody else takes: <c>path.RANDOM.tmp</c>.</summary>
    public static string NewUnfinished(string path) =>
        path + "." + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal) + Unfinished;

    /// <summary>The files that have such a name of this path; of <c>m.ctm.RANDOM.tmp</c>, none of <c>m</c>'s.</summary>
    /// <exception cref="IOException">There is no folder.</exception>
    /// <exception cref="UnauthorizedAccessException">Its files may not be listed.</exception>
    public static IEnumerable<FileInfo> UnfinishedOf(string path)
    {
        var name = Path.GetFileName(path);
        var others = name.Length + 1 + Unfinished.Length;
        return new DirectoryInfo(Path.GetDirectoryName(path)!).EnumerateFiles(name + ".*" + Unfinished)
            .Where(file => file.Name.Length > others && !file.Name.AsSpan(name.Length + 1, file.Name.Length - others).Contains('.'));
    }

    /// <exception cref="InvalidDataException">One of them is damaged, or they do not belong together.</exception>
    public static Artifact ReadPair(string path, string manifestFile, Action<Manifest>? check = null)
    {
        var manifest = Artifact.ReadManifest(ReadText(manifestFile), manifestFile);
        check?.Invoke(manifest);
        return Artifact.Read(manifest, ReadBlob(path, manifest), manifestFile);
    }

    /// <summary>Whether the manifest is that of the weights which lie there now.</summary>
    public static bool IsPair(string path, string manifestFile)
    {
        try
        {
            var manifest = Artifact.ReadManifest(ReadText(manifestFile), manifestFile);
            return Artifact.BelongTogether(manifest, ReadBlob(path, manifest));
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static string ReadText(string path)
    {
        using var stream = Open(path);
        if (stream.Length > MaxManifestBytes)
            throw new InvalidDataException($"'{path}' is too large to be a manifest.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        try
        {
            return Utf8.GetString(bytes).TrimStart('\uFEFF'); // editors like to add one
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"'{path}' is not a text file: it is damaged, or not a manifest.");
        }
    }

    /// <summary>The weights; nothing is read that is not as long as announced.</summary>
    public static byte[] ReadBlob(string path, Manifest manifest)
    {
        using var stream = Open(path + BlobExtension);
        Artifact.CheckLength(manifest, stream.Length, path + ManifestExtension);
        var blob = new byte[manifest.BlobBytes];
        stream.ReadExactly(blob);
        return blob;
    }

    // Whoever reads hinders nobody from putting another file in the place of this one.
    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
}
