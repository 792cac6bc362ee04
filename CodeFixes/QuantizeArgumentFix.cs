using System.Collections.Generic;
using System.Composition;
using System.Linq;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>CT2010: takes an argument of [Quantize] away that contradicts another, or writes the observer that was meant.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(QuantizeArgumentFix)), Shared]
public sealed class QuantizeArgumentFix() : FixProvider("CT2010")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        var arguments = place.Ancestor<AttributeSyntax>()?.ArgumentList?.Arguments
            .Where(argument => argument.NameEquals?.Name.Identifier.ValueText == place.Property(FixProperties.Name)).ToList();
        if (arguments is not { Count: > 0 })
            yield break;
        var observer = place.Property(FixProperties.Inferred) is { Length: > 0 } name
            ? Names.Member("Observer", name, place.Model, arguments[0].SpanStart)
            : null;
        yield return observer is null
            ? new Fix("Remove '" + string.Join(", ", arguments) + "'", "Remove", [.. Attributes.Remove(arguments)])
            : new Fix("Write " + observer, "Write", [.. arguments.Select(argument => Edit.Replace(argument.Expression, observer))]);
    }
}
