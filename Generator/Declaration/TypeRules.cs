using System.Collections.Generic;
using System.Linq;
using System.Threading;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.Generator.Declaration;

/// <summary>What a class must be for another part of it to be generated.</summary>
internal static class TypeRules
{
    public static void Check(INamedTypeSymbol type, List<Problem> problems, CancellationToken cancellation)
    {
        for (var current = type; current is not null; current = current.ContainingType)
        {
            var isPartial = Parts(current, cancellation).All(part => part.Modifiers.Any(SyntaxKind.PartialKeyword));
            if (!isPartial)
                problems.Add(new Problem("CT1001", Site.Class, type.Name, current.Name));
        }

        if (type.IsGenericType)
            problems.Add(new Problem("CT1002", Site.Class, type.Name));
        var what = type.IsStatic ? "static" : type.IsAbstract ? "abstract" : IsFileLocal(type) ? "file-local" : null;
        if (what is not null)
            problems.Add(new Problem("CT1003", Site.Class, type.Name, what));
    }

    /// <summary>What the user declares that our parameterless constructor cannot stand beside.</summary>
    public static SyntaxNode? FindOwnConstructor(INamedTypeSymbol type, CancellationToken cancellation)
    {
        foreach (var reference in type.InstanceConstructors.SelectMany(constructor => constructor.DeclaringSyntaxReferences))
        {
            if (KnownSymbols.IsGenerated(reference.SyntaxTree))
                continue;
            var syntax = reference.GetSyntax(cancellation);
            if (syntax is TypeDeclarationSyntax { ParameterList: { } primary })
                return primary;
            if (syntax is ConstructorDeclarationSyntax { ParameterList.Parameters.Count: 0 })
                return syntax;
        }

        return null;
    }

    private static IEnumerable<TypeDeclarationSyntax> Parts(INamedTypeSymbol type, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences
            .Where(reference => !KnownSymbols.IsGenerated(reference.SyntaxTree))
            .Select(reference => reference.GetSyntax(cancellation))
            .OfType<TypeDeclarationSyntax>();

    /// <summary>No other file can add a part.</summary>
    public static bool IsFileLocal(INamedTypeSymbol type) =>
        type.IsFileLocal || (type.ContainingType is { } outer && IsFileLocal(outer));
}
