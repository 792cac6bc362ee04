using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.Benchmarks.Profile;

/// <summary>Puts a look at the clock behind every statement of an engine's Forward methods.</summary>
internal sealed class ProfiledForward(string engineClass) : CSharpSyntaxRewriter
{
    private const string Clock = "global::CompileTime.Benchmarks.Profile.LayerClock.";

    /// <summary>The text with the clock in it.</summary>
    public static SyntaxTree Of(string source, string engineClass) =>
        CSharpSyntaxTree.Create((CSharpSyntaxNode)new ProfiledForward(engineClass).Visit(CSharpSyntaxTree.ParseText(source).GetRoot()));

    /// <summary>The statements of one tier's Forward, in order.</summary>
    public static IReadOnlyList<string> Statements(string source, string engineClass, string tierClass) =>
    [
        .. CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Single(method => IsForward(method) && Class(method, 0) == tierClass && Class(method, 1) == engineClass)
            .Body!.Statements.Select(statement => statement.ToString()),
    ];

    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        if (!IsForward(node) || Class(node, 1) != engineClass)
            return node;
        var statements = new List<StatementSyntax> { SyntaxFactory.ParseStatement(Clock + "Begin();") };
        foreach (var statement in node.Body!.Statements)
        {
            statements.Add(statement);
            statements.Add(SyntaxFactory.ParseStatement(Clock + $"End({statements.Count / 2 - 1});"));
        }

        return node.WithBody(node.Body.WithStatements(SyntaxFactory.List(statements)));
    }

    private static bool IsForward(MethodDeclarationSyntax method) =>
        method.Identifier.Text == "Forward" && method.Modifiers.Any(SyntaxKind.StaticKeyword);

    private static string? Class(MethodDeclarationSyntax method, int level) =>
        method.Ancestors().OfType<ClassDeclarationSyntax>().ElementAtOrDefault(level)?.Identifier.Text;
}
