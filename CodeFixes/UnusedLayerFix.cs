using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.CodeFixes;

/// <summary>CT1106: removes a layer method that Forward never calls, with its documentation; other comments stay.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnusedLayerFix)), Shared]
public sealed class UnusedLayerFix() : FixProvider("CT1106")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        // With a directive inside, what would be left of it means something else.
        if (place.Ancestor<MethodDeclarationSyntax>() is not { } method || HasDirectivesInside(method) || IsNamedElsewhere(method, place))
            yield break;
        yield return new Fix("Remove the layer '" + method.Identifier.ValueText + "'", "Remove", [.. Remove(method)]);
    }

    // In another method that is called Forward, say, or behind its return; by whoever can see it.
    private static bool IsNamedElsewhere(MethodDeclarationSyntax method, Place place)
    {
        if (place.Model.GetDeclaredSymbol(method, place.Cancellation) is not { } layer)
            return true;
        var compilation = place.Model.Compilation;
        var seenFrom = layer.DeclaredAccessibility == Accessibility.Private
            ? layer.ContainingType.DeclaringSyntaxReferences.Select(part => part.GetSyntax(place.Cancellation))
            : compilation.SyntaxTrees.Select(tree => tree.GetRoot(place.Cancellation));
        return seenFrom.SelectMany(root => root.DescendantNodes()).OfType<IdentifierNameSyntax>().Any(name =>
            name.Identifier.ValueText == layer.Name
            && !(name.SyntaxTree == method.SyntaxTree && method.Span.Contains(name.Span))
            && compilation.GetSemanticModel(name.SyntaxTree).GetSymbolInfo(name, place.Cancellation) is var named
            && named.CandidateSymbols.Append(named.Symbol).Any(symbol => symbol is IMethodSymbol
                && SymbolEqualityComparer.Default.Equals(symbol.ContainingType, layer.ContainingType)));
    }

    private static bool HasDirectivesInside(SyntaxNode node) =>
        node.DescendantTrivia().Any(trivia => trivia.IsDirective && node.Span.Contains(trivia.Span));

    private static IEnumerable<Edit> Remove(MethodDeclarationSyntax method)
    {
        var tree = method.SyntaxTree;
        var removed = Layout.Removal(method);
        var documentation = method.GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia)
            || trivia.IsKind(SyntaxKind.MultiLineDocumentationCommentTrivia)).ToList();
        foreach (var comment in documentation)
            yield return new Edit(tree, LinesOf(tree, comment.FullSpan), "");

        // One blank line stays where there were two, unless the documentation stood between.
        var text = tree.GetText();
        var lines = text.Lines;
        var before = lines.GetLineFromPosition(removed.Start).LineNumber - 1;
        if (documentation.Count == 0 && removed.End < text.Length && before >= 0 && removed.Start == lines[before + 1].Start
            && IsBlank(lines[before]) && IsBlank(lines.GetLineFromPosition(removed.End)))
            removed = TextSpan.FromBounds(lines[before].Start, removed.End);
        yield return new Edit(tree, removed, "");
    }

    private static TextSpan LinesOf(SyntaxTree tree, TextSpan comment)
    {
        // A documentation comment of lines ends behind its line break.
        var text = tree.GetText();
        var end = comment.End > comment.Start && text[comment.End - 1] is '\n' or '\r' ? comment.End - 1 : comment.End;
        if (end > comment.Start && text[end - 1] == '\r')
            end--;
        return Layout.Removal(tree, TextSpan.FromBounds(comment.Start, end));
    }

    private static bool IsBlank(TextLine line) => string.IsNullOrWhiteSpace(line.ToString());
}
