using System.Collections.Generic;
using System.Composition;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>
/// What is said twice is said once: an attribute that stands twice (CS0579), [Prune] beside [PruneNofM] (CT2004), and Padding beside
/// Paddings (CT1202).
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DuplicateFix)), Shared]
public sealed class DuplicateFix() : FixProvider("CS0579", "CT1202", "CT2004")
{
    private static readonly string[] s_rules = ["PruneAttribute", "PruneNofMAttribute"];

    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<AttributeSyntax>() is not { } attribute)
            return [];
        return place.Diagnostic.Id switch
        {
            "CS0579" => place.TypeOf(attribute) is { } type && KnownSymbols.Is(type, type.Name) ? [Remove(attribute, "Second")] : [],
            "CT2004" => Rules(attribute, place),
            _ => Arguments(attribute, place),
        };
    }

    private static IEnumerable<Fix> Rules(AttributeSyntax attribute, Place place)
    {
        var rules = attribute.Parent?.Parent is MemberDeclarationSyntax member
            ? member.AttributeLists.SelectMany(list => list.Attributes)
                .Where(each => s_rules.Any(name => KnownSymbols.Is(place.TypeOf(each), name))).ToList()
            : [];
        return rules.Count == 2 && rules.Select(rule => place.TypeOf(rule)!.Name).Distinct().Count() == 2
            ? rules.Select(rule => Remove(rule, place.TypeOf(rule)!.Name))
            : [];
    }

    private static IEnumerable<Fix> Arguments(AttributeSyntax attribute, Place place)
    {
        foreach (var name in new[] { place.Property(FixProperties.Name), place.Property(FixProperties.Other) })
        {
            var arguments = attribute.ArgumentList?.Arguments.Where(each => each.NameEquals?.Name.Identifier.ValueText == name).ToList();
            if (name is not null && arguments is { Count: > 0 })
            {
                // Padding and Stride are one number, Paddings and Strides several.
                var key = name.EndsWith("s", System.StringComparison.Ordinal) ? "Several" : "One";
                yield return new Fix("Remove '" + string.Join(", ", arguments) + "'", key, [.. Attributes.Remove(arguments)]);
            }
        }
    }

    private static Fix Remove(AttributeSyntax attribute, string key) =>
        new("Remove [" + attribute + "]", key, [.. Attributes.Remove([attribute])]);
}
