using System.Collections.Generic;
using System.Composition;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>CT1001: makes the class, or one around it, partial, in all files where it stands.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakePartialFix)), Shared]
public sealed class MakePartialFix() : FixProvider("CT1001")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        var type = place.Ancestor<TypeDeclarationSyntax>() is { } model ? place.Model.GetDeclaredSymbol(model, place.Cancellation) : null;
        while (type is not null && type.Name != place.Property(FixProperties.Name))
            type = type.ContainingType;

        // Beside a struct of the same name, say, it would still not be the same type.
        if (type is not { ContainingSymbol: INamespaceOrTypeSymbol around } || around.GetTypeMembers(type.Name, type.Arity).Length > 1)
            yield break;
        var parts = type.DeclaringSyntaxReferences.Where(reference => !KnownSymbols.IsGenerated(reference.SyntaxTree))
            .Select(reference => reference.GetSyntax(place.Cancellation)).OfType<TypeDeclarationSyntax>()
            .Where(part => !part.Modifiers.Any(SyntaxKind.PartialKeyword) && !part.Keyword.IsMissing);
        yield return new Fix("Make '" + type.Name + "' partial", "Partial",
            [.. parts.Select(part => Edit.Insert(part.SyntaxTree, part.Keyword.SpanStart, "partial "))]);
    }
}
