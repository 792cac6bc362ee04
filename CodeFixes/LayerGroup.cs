using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>A layer of a sequence.</summary>
/// <param name="Kind">The attribute's class: <c>Conv2dAttribute</c>.</param>
internal sealed record WrittenLayer(string Kind, AttributeSyntax Syntax)
{
    /// <summary>How a method with this layer is called; null for layers without weights, which go with others.</summary>
    public string? Stem => Kind switch
    {
        "LinearAttribute" => "Linear",
        "Conv2dAttribute" => "Conv",
        _ => null,
    };
}

/// <summary>Layers of a sequence that become one layer method: one with weights, and those without around it.</summary>
internal sealed record LayerGroup(IReadOnlyList<WrittenLayer> Layers)
{
    public string Stem => Layers.Select(layer => layer.Stem).FirstOrDefault(stem => stem is not null) ?? "Layers";

    public static IReadOnlyList<LayerGroup> Of(IReadOnlyList<WrittenLayer> layers)
    {
        var groups = new List<List<WrittenLayer>> { new() };
        for (var i = 0; i < layers.Count; i++)
        {
            // Flatten is for the Linear behind it.
            var begins = layers[i].Stem is not null
                || (layers[i].Kind == "FlattenAttribute" && i + 1 < layers.Count && layers[i + 1].Stem is not null);
            if (begins && groups.Last().Any(layer => layer.Stem is not null))
                groups.Add([]);
            groups.Last().Add(layers[i]);
        }

        return [.. groups.Select(group => new LayerGroup(group))];
    }
}
