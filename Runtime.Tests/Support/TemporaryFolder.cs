using System.IO.Compression;

namespace CompileTime.Tests;

/// <summary>A folder of one test's own, deleted after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("compiletime-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] content, bool zipped = false)
    {
        using var file = File.Create(this[name]);
        if (zipped)
        {
            using var zip = new GZipStream(file, CompressionLevel.Optimal);
            zip.Write(content);
        }
        else
        {
            file.Write(content);
        }

        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
