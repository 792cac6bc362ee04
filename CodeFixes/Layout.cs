using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.CodeFixes;

/// <summary>How a text is laid out, so that what is added looks as what is there.</summary>
internal static class Layout
{
    /// <summary>The line break that the text uses.</summary>
    public static string NewLine(SyntaxTree tree)
    {
        var line = tree.GetText().Lines[0];
        var lineBreak = TextSpan.FromBounds(line.End, line.EndIncludingLineBreak);
        return lineBreak.IsEmpty ? "\n" : line.Text!.ToString(lineBreak);
    }

    /// <summary>The blanks before the node's line.</summary>
    public static string Indentation(SyntaxNode node)
    {
        var line = node.SyntaxTree.GetText().Lines.GetLineFromPosition(node.SpanStart).ToString();
        return line.Substring(0, line.Length - line.TrimStart().Length);
    }

    /// <summary>Whether nothing but blanks stands before the node on its line.</summary>
    public static bool BeginsLine(SyntaxNode node)
    {
        var text = node.SyntaxTree.GetText();
        var start = text.Lines.GetLineFromPosition(node.SpanStart).Start;
        return string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(start, node.SpanStart)));
    }

    /// <summary>
    /// What is to be taken away for the node to be gone: with its lines where nothing else stands on them, else with the blanks behind it.
    /// Comments stay.
    /// </summary>
    public static TextSpan Removal(SyntaxNode node) => Removal(node.SyntaxTree, node.Span);

    /// <inheritdoc cref="Removal(SyntaxNode)"/>
    public static TextSpan Removal(SyntaxTree tree, TextSpan span)
    {
        var text = tree.GetText();
        var (first, last) = (text.Lines.GetLineFromPosition(span.Start), text.Lines.GetLineFromPosition(span.End));
        var isAlone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(first.Start, span.Start)))
            && string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(span.End, last.End)));
        if (isAlone)
            return TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak);
        var end = span.End;
        while (end < last.End && text[end] is ' ' or '\t')
            end++;
        return TextSpan.FromBounds(span.Start, end);
    }
}
