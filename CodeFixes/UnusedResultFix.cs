using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>
/// CT1108: removes the statement of Forward whose result is never used, and the declaration of a local that only it names.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnusedResultFix)), Shared]
public sealed class UnusedResultFix() : FixProvider("CT1108")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<InvocationExpressionSyntax>() is not { } call)
            yield break;

        // The call is all that the statement does, and nothing else names the local, be it for a result that is not used either.
        List<StatementSyntax> statements = call.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax local } =>
                Alone(local) is { } declaration && !Uses(local, place).Any() ? [declaration] : [],
            AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax statement } assignment =>
                WithTarget(statement, assignment, place),
            _ => [],
        };
        if (statements.Count > 0 && statements.All(statement => statement is { Parent: BlockSyntax, ContainsDirectives: false }))
        {
            yield return new Fix("Remove '" + Shown(statements[0]) + "'", "Remove",
                [.. statements.Select(statement => new Edit(statement.SyntaxTree, Layout.Removal(statement), ""))]);
        }
    }

    // With the declaration of a local that nothing else names. Where the value is read, be it in vain, there may be no other one to read.
    private static List<StatementSyntax> WithTarget(ExpressionStatementSyntax statement, AssignmentExpressionSyntax assignment, Place place)
    {
        if (place.Model.GetSymbolInfo(assignment.Left, place.Cancellation).Symbol is not ILocalSymbol symbol
            || symbol.DeclaringSyntaxReferences[0].GetSyntax(place.Cancellation)
                is not VariableDeclaratorSyntax { Initializer: null } local)
            return [statement];
        var uses = Uses(local, place).ToList();
        if (uses.Count == 1 && Alone(local) is { } declaration)
            return [statement, declaration];
        var next = uses.FirstOrDefault(name => name.SpanStart > statement.Span.End);
        return next is null || (next.Parent is AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax } other && other.Left == next
            && !uses.Any(name => other.Right.Span.Contains(name.Span))) ? [statement] : [];
    }

    private static LocalDeclarationStatementSyntax? Alone(VariableDeclaratorSyntax local) =>
        local.Parent is VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax declaration }
            ? declaration
            : null;

    private static IEnumerable<IdentifierNameSyntax> Uses(VariableDeclaratorSyntax local, Place place) =>
        local.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method
        && place.Model.GetDeclaredSymbol(local, place.Cancellation) is { } symbol
            ? method.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == symbol.Name
                && SymbolEqualityComparer.Default.Equals(place.Model.GetSymbolInfo(name, place.Cancellation).Symbol, symbol))
            : [];

    private static string Shown(StatementSyntax statement)
    {
        var text = statement.ToString();
        var end = text.IndexOfAny(['\r', '\n']);
        return end < 0 ? text : text.Substring(0, end) + " …";
    }
}
