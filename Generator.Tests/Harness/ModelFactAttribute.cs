using System.Runtime.CompilerServices;

namespace CompileTime.Generator.Tests.Harness;

/// <summary>
/// A test on a trained network: skipped, and saying so, where it is not at hand. Networks are looked for in the folder <c>models</c> beside
/// the data sets (which the environment variable COMPILETIME_DATA names), else in <c>../shared/models</c> beside the repository.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ModelFactAttribute : FactAttribute
{
    /// <param name="name">The network's file, without extensions.</param>
    public ModelFactAttribute(string name)
    {
        if (!File.Exists(PathOf(name + ".vectors.safetensors")))
            Skip = $"No '{PathOf(name + ".vectors.safetensors")}'; COMPILETIME_DATA can name the folder beside models/.";
    }

    public static string PathOf(string file) => Path.GetFullPath(Path.Combine(Data(), "..", "models", file));

    private static string Data() => Environment.GetEnvironmentVariable("COMPILETIME_DATA") is { Length: > 0 } named
        ? named
        : Path.Combine(ThisFolder(), "..", "..", "..", "shared", "data");

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
