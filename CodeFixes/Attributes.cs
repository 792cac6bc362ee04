using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.CodeFixes;

/// <summary>Takes attributes and their arguments out of a text.</summary>
internal static class Attributes
{
    /// <summary>The arguments of one attribute go with their commas, and all of them with the parentheses.</summary>
    public static IEnumerable<Edit> Remove(params IReadOnlyCollection<AttributeArgumentSyntax> arguments)
    {
        var list = (AttributeArgumentListSyntax)arguments.First().Parent!;
        return list.Arguments.Count == arguments.Count ? [new Edit(list.SyntaxTree, list.Span, "")] : Remove(list.Arguments, arguments);
    }

    /// <summary>Adds a list of attributes behind one that is there.</summary>
    public static Edit Append(AttributeListSyntax last, string list) => Edit.Insert(last.SyntaxTree, last.Span.End,
        (Layout.BeginsLine(last) ? Layout.NewLine(last.SyntaxTree) + Layout.Indentation(last) : " ") + list);

    /// <summary>The attributes go, and lists that would be empty.</summary>
    public static IEnumerable<Edit> Remove(IReadOnlyCollection<AttributeSyntax> attributes) =>
        attributes.Select(attribute => (AttributeListSyntax)attribute.Parent!).Distinct().SelectMany(list =>
        {
            var removed = list.Attributes.Where(attributes.Contains).ToList();
            return removed.Count == list.Attributes.Count
                ? [new Edit(list.SyntaxTree, Layout.Removal(list), "")]
                : Remove(list.Attributes, removed);
        });

    // Each with the comma behind it; those at the end with the commas before them, so that no two edits meet.
    private static IEnumerable<Edit> Remove<T>(SeparatedSyntaxList<T> items, IReadOnlyCollection<T> removed)
        where T : SyntaxNode
    {
        var lastKept = items.Count - 1;
        while (removed.Contains(items[lastKept]))
            lastKept--;
        for (var i = 0; i < items.Count; i++)
        {
            if (!removed.Contains(items[i]))
                continue;
            var tree = items[i].SyntaxTree!;
            if (i < lastKept)
            {
                var withComma = TextSpan.FromBounds(items[i].SpanStart, items.GetSeparator(i).Span.End);
                yield return new Edit(tree, Layout.Removal(tree, withComma), "");
                continue;
            }

            var comma = items.GetSeparator(i - 1);
            var between = TextSpan.FromBounds(comma.Span.End, items[i].SpanStart);
            var hasComment = !string.IsNullOrWhiteSpace(tree.GetText().ToString(between));
            yield return new Edit(tree, hasComment ? comma.Span : TextSpan.FromBounds(items[i - 1].Span.End, items[i].Span.End), "");
            if (hasComment)
                yield return new Edit(tree, Layout.Removal(items[i]), "");
        }
    }
}
