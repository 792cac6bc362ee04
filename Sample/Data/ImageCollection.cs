namespace Sample.Data;

/// <summary>A published collection of images in a folder.</summary>
/// <param name="Title">Its name as people know it.</param>
/// <param name="Folder">Where its four IDX files are.</param>
internal sealed record ImageCollection(string Title, string Folder)
{
    private static readonly (string Title, string Name)[] s_known = [("MNIST", "mnist"), ("Fashion-MNIST", "fashion-mnist")];

    /// <summary>Those of MNIST and Fashion-MNIST that a folder has.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist, or has neither.</exception>
    public static IReadOnlyList<ImageCollection> FindIn(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder {folder} does not exist.");
        var found = s_known
            .Select(known => new ImageCollection(known.Title, Path.Combine(folder, known.Name)))
            .Where(collection => Directory.Exists(collection.Folder))
            .ToList();
        return found.Count > 0
            ? found
            : throw new DirectoryNotFoundException($"The folder {folder} has neither a folder mnist nor a folder fashion-mnist.");
    }
}
