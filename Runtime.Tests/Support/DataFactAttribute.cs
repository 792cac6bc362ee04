namespace CompileTime.Tests;

/// <summary>
/// A test on real data: skipped, and saying so, where the data sets are not at hand. They are looked for in the folder that the
/// environment variable COMPILETIME_DATA names, else in <c>../shared/data</c> beside the repository.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataFactAttribute : FactAttribute
{
    /// <param name="folder">The data set: <c>mnist</c>, <c>fashion-mnist</c>.</param>
    public DataFactAttribute(string folder = "mnist")
    {
        if (!Directory.Exists(Path.Combine(DataFolder.Root, folder)))
            Skip = $"No data in '{Path.Combine(DataFolder.Root, folder)}'; COMPILETIME_DATA can name the folder that holds {folder}/.";
    }
}

/// <summary>Where the data sets are.</summary>
internal static class DataFolder
{
    public static string Root { get; } = Environment.GetEnvironmentVariable("COMPILETIME_DATA") is { Length: > 0 } named
        ? named
        : Path.Combine(Repository.Root, "..", "shared", "data");

    public static Dataset Idx(string folder, string part) => Dataset.FromIdx(
        Path.Combine(Root, folder, part + "-images-idx3-ubyte.gz"), Path.Combine(Root, folder, part + "-labels-idx1-ubyte.gz"));
}
