using System.Collections.Concurrent;
using System.Text.Json;

namespace CompileTime.Tests.Golden;

/// <summary>
/// The recorded cases of one family. The environment variable COMPILETIME_GOLDEN names the folder with one folder per family;
/// without it, the copy beside the tests is used.
/// </summary>
internal sealed class GoldenFamily
{
    private static readonly ConcurrentDictionary<string, GoldenFamily> Loaded = new(StringComparer.Ordinal);

    private readonly Dictionary<string, GoldenCase> _cases = new(StringComparer.Ordinal);

    private GoldenFamily(string name)
    {
        var folder = Path.Combine(Root, name);
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

    private static string Root => Environment.GetEnvironmentVariable("COMPILETIME_GOLDEN") is { Length: > 0 } folder
        ? folder
        : Path.Combine(AppContext.BaseDirectory, "Golden", "Vectors");
}
