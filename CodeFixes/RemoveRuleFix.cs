using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>CT2002, CT2011, CT2013 and CT2015: removes a [Prune] or [Quantize] that has nothing to do, or does nothing.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveRuleFix)), Shared]
public sealed class RemoveRuleFix() : FixProvider("CT2002", "CT2011", "CT2013", "CT2015")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<AttributeSyntax>() is { } attribute)
            yield return new Fix("Remove [" + attribute + "]", "Remove", [.. Attributes.Remove([attribute])]);
    }
}
