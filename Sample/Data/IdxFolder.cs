namespace Sample.Data;

/// <summary>The four files in which MNIST and its relatives are published, gzipped or not.</summary>
internal static class IdxFolder
{
    /// <summary>Finds one of the files.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="name">For example <c>train-images-idx3-ubyte</c>.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="FileNotFoundException">The folder does not have the file.</exception>
    public static string Find(string folder, string name)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder {folder} does not exist.");

        // Some unpackers turn the hyphen before idx into a dot.
        var dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        string[] candidates = [name, name + ".gz", dotted, dotted + ".gz"];
        return candidates.Select(candidate => Path.Combine(folder, candidate)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                $"The folder {folder} has no {name} or {name}.gz. It must have the four files of MNIST: train-images-idx3-ubyte, "
                + "train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte.");
    }
}
