namespace Sample.Measure;

/// <summary>A document of which a command writes the part between two markers, and people the rest.</summary>
internal static class MarkedDocument
{
    private const string Begin = "<!-- results: written by a command -->";
    private const string End = "<!-- end of results -->";

    /// <summary>What stands before and after the results in a file, which need not exist yet.</summary>
    /// <exception cref="InvalidDataException">The file has no place for results.</exception>
    public static (string Before, string After) Around(string path)
    {
        if (!File.Exists(path))
            return ("# Results\n\n", "");
        var text = File.ReadAllText(path);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end >= begin
            ? (text[..begin], text[(end + End.Length)..].TrimStart('\n'))
            : throw new InvalidDataException($"'{path}' has no lines {Begin} and {End}, between which results would go.");
    }

    /// <summary>Writes the text to a file; in one that exists, only what stands between the markers is replaced.</summary>
    public static void Save(string text, string path)
    {
        var (before, after) = Around(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"{before}{Begin}\n\n{text}\n{End}\n{after}");
    }
}
