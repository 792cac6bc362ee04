using CompileTime.Generator.Tests.Harness;

namespace CompileTime.Generator.Tests.Mutations;

/// <summary>What lies beside a mutant: nothing, the artifact of what it was made of, or something that is not as it should be.</summary>
internal sealed class MutantArtifacts
{
    private readonly List<(string Name, string Manifest)> _trained;

    /// <param name="models">The declarations that are mutated, and the full names of their classes.</param>
    public MutantArtifacts(IEnumerable<(string Name, string Source)> models) =>
        _trained = [.. models.Select(model => (model.Name, TrainedArtifact.Manifest(Declared.Definition(model.Source, model.Name))))];

    /// <summary>Those of a mutant of the declaration with that number.</summary>
    public IReadOnlyList<(string Path, string Text)> Of(int model, int mutant)
    {
        var (name, own) = _trained[model];
        var (otherName, other) = _trained[(model + 1) % _trained.Count];
        return (mutant / _trained.Count % 6) switch
        {
            0 => [],
            1 => [(PathOf(name), new CompileTime.Tests.Hostile.Mutator(mutant).Text(own, other))],
            2 => [(PathOf(name), Renamed(other, otherName, name))],
            3 => [(PathOf(name), own), (PathOf(otherName), Renamed(other, otherName, name))],
            4 => [(PathOf(name), own), (PathOf(otherName), other)],
            _ => [(PathOf(name), own)],
        };
    }

    /// <summary>The one that fits.</summary>
    public (string Path, string Text) Good(int model) => (PathOf(_trained[model].Name), _trained[model].Manifest);

    private static string PathOf(string name) => "/Models/" + name + ".ctm";

    private static string Renamed(string manifest, string from, string to) =>
        manifest.Replace("\nmodel " + from + "\n", "\nmodel " + to + "\n", StringComparison.Ordinal);
}
