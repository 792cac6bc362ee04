using System.Collections.Generic;
using System.Composition;
using System.Linq;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>
/// Removes a [Prune] or [Quantize] that has nothing to do, or does nothing (CT2002, CT2011, CT2013, CT2015, CT2016), a [Quantize] that can
/// only stand beside others (CT2010), and one without which two layers agree (CT2014). Not one that does nothing to some layers only.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveRuleFix)), Shared]
public sealed class RemoveRuleFix() : FixProvider("CT2002", "CT2010", "CT2011", "CT2013", "CT2014", "CT2015", "CT2016")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<AttributeSyntax>() is { } attribute && IsOnly(attribute, place)
            && (place.Diagnostic.Id is not ("CT2010" or "CT2013" or "CT2014") || place.Property(FixProperties.Name) == "Quantize"))
            yield return new Fix("Remove [" + attribute + "]", "Remove", [.. Attributes.Remove([attribute])]);
    }

    // Of one that stands twice, which is another mistake, the other would be left.
    private static bool IsOnly(AttributeSyntax attribute, Place place) => attribute.Parent?.Parent is MemberDeclarationSyntax member
        && member.AttributeLists.SelectMany(list => list.Attributes)
            .Count(each => SymbolEqualityComparer.Default.Equals(place.TypeOf(each), place.TypeOf(attribute))) == 1;
}
