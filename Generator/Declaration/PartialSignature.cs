using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.Generator.Declaration;

/// <summary>
/// The head of a partial method's other part, whatever the method is. A layer method that is not as it should be gets a body all the same:
/// without one csc stops at the missing part (CS8795), and what is really wrong is never shown by a build on the command line.
/// </summary>
internal static class PartialSignature
{
    private static readonly SymbolDisplayFormat s_format = SymbolDisplayFormat.FullyQualifiedFormat
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeRef)
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeParamsRefOut)
        .WithGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeParameters)
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers
            | SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>Null where nothing is missing, or where the other part would only bring more errors.</summary>
    public static string? Of(IMethodSymbol method, MethodDeclarationSyntax syntax)
    {
        var isMissing = method.IsPartialDefinition && (method.PartialImplementationPart is not { } body
            || body.DeclaringSyntaxReferences.All(reference => KnownSymbols.IsGenerated(reference.SyntaxTree)));
        var isWritable = !method.IsExtern && syntax.ConstraintClauses.Count == 0 && syntax.ExplicitInterfaceSpecifier is null
            && !syntax.Modifiers.Any(SyntaxKind.AsyncKeyword) && !HasError(method.ReturnType)
            && !method.Parameters.Any(parameter => HasError(parameter.Type) || parameter.IsThis);
        return isMissing && isWritable
            ? string.Join(" ", syntax.Modifiers.Select(modifier => modifier.Text)) + " " + method.ToDisplayString(s_format)
            : null;
    }

    private static bool HasError(ITypeSymbol type) => type.TypeKind == TypeKind.Error
        || (type is INamedTypeSymbol named && named.TypeArguments.Any(HasError))
        || (type is IArrayTypeSymbol array && HasError(array.ElementType));
}
