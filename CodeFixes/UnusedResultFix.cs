using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>CT1108: removes the statement of Forward whose result is never used.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnusedResultFix)), Shared]
public sealed class UnusedResultFix() : FixProvider("CT1108")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<InvocationExpressionSyntax>() is not { } call)
            yield break;

        // The call is all that the statement does, and nothing else reads the local, be it for a result that is not used either.
        StatementSyntax? statement = call.Parent switch
        {
            EqualsValueClauseSyntax
            {
                Parent: VariableDeclaratorSyntax
                {
                    Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax declaration }
                } local
            } => IsRead(local, place) ? null : declaration,
            AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax assignment } => assignment,
            _ => null,
        };
        if (statement?.Parent is BlockSyntax && !statement.ContainsDirectives)
        {
            yield return new Fix("Remove '" + Shown(statement) + "'", "Remove",
                [new Edit(statement.SyntaxTree, Layout.Removal(statement), "")]);
        }
    }

    private static bool IsRead(VariableDeclaratorSyntax local, Place place) =>
        local.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method
        && place.Model.GetDeclaredSymbol(local, place.Cancellation) is { } symbol
        && method.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == symbol.Name
            && SymbolEqualityComparer.Default.Equals(place.Model.GetSymbolInfo(name, place.Cancellation).Symbol, symbol));

    private static string Shown(StatementSyntax statement)
    {
        var text = statement.ToString();
        var end = text.IndexOfAny(['\r', '\n']);
        return end < 0 ? text : text.Substring(0, end) + " …";
    }
}
