namespace CompileTime.Training;

/// <summary>A file is either complete or not there: written beside its place, then renamed.</summary>
internal static class AtomicFile
{
    /// <summary>As <see cref="Write"/>, after creating the file's directory.</summary>
    public static void WriteInDirectory(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Write(path, write);
    }

    public static void Write(string path, Action<Stream> write)
    {
        var temporary = path + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
