using System.Collections.Generic;
using System.Composition;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>
/// Removes a [Prune] or [Quantize] that has nothing to do, or does nothing (CT2002, CT2011, CT2013, CT2015, CT2016), a [Quantize] that can
/// only stand beside others (CT2010), and one without which two layers agree (CT2014).
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveRuleFix)), Shared]
public sealed class RemoveRuleFix() : FixProvider("CT2002", "CT2010", "CT2011", "CT2013", "CT2014", "CT2015", "CT2016")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<AttributeSyntax>() is { } attribute
            && (place.Diagnostic.Id is not ("CT2010" or "CT2014") || place.Property(FixProperties.Name) == "Quantize"))
            yield return new Fix("Remove [" + attribute + "]", "Remove", [.. Attributes.Remove([attribute])]);
    }
}
