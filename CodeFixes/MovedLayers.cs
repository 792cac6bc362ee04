using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.CodeFixes;

/// <summary>Layer attributes that are taken off a class, and the comments that go with them.</summary>
internal sealed class MovedLayers
{
    private readonly List<AttributeSyntax> _layers;
    private readonly List<(AttributeSyntax Layer, SyntaxTrivia Comment)> _comments = [];

    public MovedLayers(IEnumerable<AttributeSyntax> layers)
    {
        _layers = [.. layers];
        foreach (var list in WholeLists())
        {
            foreach (var comment in list.DescendantTrivia().Where(IsComment))
            {
                // Among an attribute's arguments it is part of the attribute's text.
                if (list.Attributes.Any(layer => layer.Span.Contains(comment.SpanStart)))
                    continue;

                // A comment stands behind what it is about, or above; what stands above the first attribute is about the class.
                var isBehind = comment.SpanStart > list.SpanStart;
                var layer = list.Attributes.LastOrDefault(layer => layer.SpanStart < comment.SpanStart) ?? list.Attributes[0];
                if (isBehind || ((TypeDeclarationSyntax)list.Parent!).AttributeLists.First() != list)
                    _comments.Add((layer, comment));
            }
        }
    }

    public IEnumerable<string> CommentsOf(IEnumerable<AttributeSyntax> layers) =>
        layers.SelectMany(layer => _comments.Where(moved => moved.Layer == layer)).Select(moved => moved.Comment.ToString());

    public IEnumerable<Edit> Removal()
    {
        var whole = WholeLists().ToList();
        foreach (var list in whole)
        {
            var own = _comments.Where(moved => moved.Layer.Parent == list).Select(moved => moved.Comment.Span).ToList();
            foreach (var comment in own.Where(comment => comment.Start < list.SpanStart))
                yield return new Edit(list.SyntaxTree, Layout.Removal(list.SyntaxTree, comment), "");
            var end = own.Select(comment => comment.End).Append(list.Span.End).Max();
            yield return new Edit(list.SyntaxTree, Layout.Removal(list.SyntaxTree, TextSpan.FromBounds(list.SpanStart, end)), "");
        }

        foreach (var edit in Attributes.Remove([.. _layers.Where(layer => !whole.Contains(layer.Parent))]))
            yield return edit;
    }

    private IEnumerable<AttributeListSyntax> WholeLists() =>
        _layers.Select(layer => (AttributeListSyntax)layer.Parent!).Distinct().Where(list => list.Attributes.All(_layers.Contains));

    private static bool IsComment(SyntaxTrivia trivia) =>
        trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia);
}
