using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>The parts of a model's class.</summary>
internal static class Parts
{
    /// <summary>Whether another part can be generated, in which a partial method of this one has its body.</summary>
    public static bool MayBeGenerated(TypeDeclarationSyntax part, Place place) =>
        place.Model.GetDeclaredSymbol(part, place.Cancellation) is INamedTypeSymbol { IsGenericType: false }
        && part.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().All(each =>
            each.Modifiers.Any(SyntaxKind.PartialKeyword) && !each.Modifiers.Any(SyntaxKind.FileKeyword));
}
