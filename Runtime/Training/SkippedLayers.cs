using CompileTime.Shared;

namespace CompileTime.Training;

/// <summary>
/// Layers that Structure.Layer has pruned to the identity, with what goes with them. There is no state of it: a layer is skipped when the
/// rule is its own, it could be skipped, and no weight of it is left. So whoever has the parameters knows.
/// </summary>
internal static class SkippedLayers
{
    /// <summary>The layers of a network that are skipped as soon as they have no weight.</summary>
    public static IEnumerable<SkippableLayer> Possible(NetworkDefinition definition) =>
        definition.Layers.Any(layer => layer.Prune is { IsLayer: true })
            ? SkippableLayer.Of(definition.Layers).Where(layer => definition.Layers[layer.Index].Prune is { IsLayer: true })
            : [];

    /// <summary>The names of those that are skipped.</summary>
    /// <param name="definition">The declared network.</param>
    /// <param name="valueOf">The values of a parameter by its name.</param>
    public static HashSet<string> Of(NetworkDefinition definition, Func<string, float[]> valueOf) =>
        Possible(definition).Where(layer => IsEmpty(valueOf(definition.Layers[layer.Index].Name + ".weight")))
            .SelectMany(layer => layer.Layers).Select(index => definition.Layers[index].Name).ToHashSet(StringComparer.Ordinal);

    public static bool IsEmpty(ReadOnlySpan<float> weight) => !weight.ContainsAnyExcept(0f);
}
