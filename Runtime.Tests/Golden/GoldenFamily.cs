using System.Collections.Concurrent;
using System.Text.Json;

namespace CompileTime.Tests.Golden;

/// <summary>
/// The recorded cases of one family. The environment variable COMPILETIME_GOLDEN names a folder with one folder per family; families
/// that it does not have, or all without it, come from the copy beside the tests.
/// </summary>
internal sealed class GoldenFamily
{
    private static readonly ConcurrentDictionary<string, GoldenFamily> Loaded = new(StringComparer.Ordinal);

    private readonly Dictionary<string, GoldenCase> _cases = new(StringComparer.Ordinal);

    private GoldenFamily(string name)
    {
        var folder = Folder(name, Environment.GetEnvironmentVariable("COMPILETIME_GOLDEN"));
        Tensors = new SafeTensors(Path.Combine(folder, "tensors.safetensors"));
        Json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "cases.json"))).RootElement;
        foreach (var element in Json.GetProperty("cases").EnumerateArray())
            _cases.Add(element.GetProperty("id").GetString()!, new GoldenCase(element, Tensors));
        Assert.Equal(Json.GetProperty("count").GetInt32(), _cases.Count);
    }

    public JsonElement Json { get; }

    public SafeTensors Tensors { get; }

    public IReadOnlyCollection<GoldenCase> Cases => _cases.Values;

    public GoldenCase this[string id] => _cases[id];

    public static GoldenFamily Load(string name) => Loaded.GetOrAdd(name, key => new GoldenFamily(key));

    /// <summary>The ids of the cases that are wanted, as the data of a theory.</summary>
    public static TheoryData<string> Ids(string name, Func<GoldenCase, bool>? wanted = null) =>
        new(Load(name).Cases.Where(wanted ?? (_ => true)).Select(found => found.Id));

    /// <summary>Where a family is, if <paramref name="root"/> is what the environment variable says.</summary>
    public static string Folder(string name, string? root)
    {
        if (string.IsNullOrEmpty(root))
            return Path.Combine(AppContext.BaseDirectory, "Golden", "Vectors", name);

        // A folder that is not there would otherwise quietly test the copy instead.
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"COMPILETIME_GOLDEN is '{root}', which is no folder.");
        var folder = Path.Combine(root, name);
        return Directory.Exists(folder) ? folder : Folder(name, null);
    }
}
