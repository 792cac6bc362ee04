using System.Collections.Generic;
using System.Composition;
using System.Linq;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>CT1207: a size that is given becomes the one that follows from the input, or is left out.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SizeFix)), Shared]
public sealed class SizeFix() : FixProvider("CT1207")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Property(FixProperties.Name) is not { } name || place.Property(FixProperties.Inferred) is not { } inferred
            || place.Ancestor<AttributeSyntax>()?.ArgumentList?.Arguments
                .FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name) is not { } argument)
            yield break;
        yield return new Fix("Set " + name + " to " + inferred, "Set", [Edit.Replace(argument.Expression, inferred)]);
        yield return new Fix("Remove " + name + ", which is inferred", "Remove", [.. Attributes.Remove(argument)]);
    }
}
