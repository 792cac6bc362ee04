using System.Collections.Generic;
using System.Composition;
using System.Linq;
using CompileTime.Generator.Declaration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>CT1010: moves the layers of a class's other parts behind those of the part with [Model].</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LayersTogetherFix)), Shared]
public sealed class LayersTogetherFix() : FixProvider("CT1010")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<TypeDeclarationSyntax>() is not { AttributeLists.Count: > 0 } part
            || place.Model.GetDeclaredSymbol(part, place.Cancellation) is not INamedTypeSymbol type)
            yield break;
        var strays = type.GetAttributes().Where(attribute => KnownSymbols.IsLayerAttribute(attribute.AttributeClass))
            .Select(attribute => attribute.ApplicationSyntaxReference?.GetSyntax(place.Cancellation)).OfType<AttributeSyntax>()
            .Where(layer => layer.Parent?.Parent != part)
            .OrderBy(layer => layer.SyntaxTree.FilePath, System.StringComparer.Ordinal).ThenBy(layer => layer.SpanStart).ToList();
        if (strays.Count == 0 || strays.Any(layer => layer.Parent!.ContainsDirectives || layer.Parent.ContainsDiagnostics
                || layer.Parent.Parent is not TypeDeclarationSyntax))
            yield break;

        var list = "[" + string.Join(", ", strays.Select(layer => layer.ToString())) + "]";
        yield return new Fix("Move all layers of '" + type.Name + "' to the part with [Model]", "Move",
            [Attributes.Append(LastLayers(part, place) ?? part.AttributeLists.Last(), list), .. Attributes.Remove(strays)]);
    }

    private static AttributeListSyntax? LastLayers(TypeDeclarationSyntax part, Place place) => part.AttributeLists.LastOrDefault(list =>
        list.Attributes.Any(attribute => KnownSymbols.IsLayerAttribute(place.TypeOf(attribute))));
}
