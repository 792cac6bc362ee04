using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.CodeFixes;

/// <summary>
/// A change of text. Fixes are made of these rather than of new syntax trees: what is not changed, comments and layout among it, stays
/// to the character, and the changes of many fixes can be told apart and joined.
/// </summary>
/// <param name="Span">What is taken away; empty for an insertion.</param>
/// <param name="Text">What stands there instead.</param>
internal sealed record Edit(SyntaxTree Tree, TextSpan Span, string Text)
{
    public static Edit Insert(SyntaxTree tree, int position, string text) => new(tree, new TextSpan(position, 0), text);

    public static Edit Replace(SyntaxNode node, string text) => new(node.SyntaxTree, node.Span, text);

    /// <summary>
    /// The solution with all edits of each fix, or none of a fix that contradicts one before it. Fixes may have edits in common: a class
    /// around two models is made partial once.
    /// </summary>
    public static async Task<Solution> Apply(Solution solution, IEnumerable<Fix> fixes, CancellationToken cancellation)
    {
        var accepted = new List<Edit>();
        foreach (var fix in fixes)
        {
            var added = fix.Edits.Where(edit => !accepted.Contains(edit)).Distinct().ToList();
            if (!added.Any(edit => accepted.Any(edit.Contradicts)))
                accepted.AddRange(added);
        }

        foreach (var file in accepted.GroupBy(edit => edit.Tree))
        {
            if (solution.GetDocument(file.Key) is not { } document)
                continue;
            var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);

            // Insertions at one place stay in the order in which they came.
            var changes = file.GroupBy(edit => edit.Span).OrderBy(same => same.Key.Start).ThenBy(same => same.Key.End)
                .Select(same => new TextChange(same.Key, string.Concat(same.Select(edit => edit.Text))));
            solution = solution.WithDocumentText(document.Id, text.WithChanges(changes));
        }

        return solution;
    }

    private bool Contradicts(Edit other) => Tree == other.Tree
        && (Span.OverlapsWith(other.Span) || (Span == other.Span && !Span.IsEmpty) || IsInside(this, other) || IsInside(other, this));

    private static bool IsInside(Edit insertion, Edit other) =>
        insertion.Span.IsEmpty && other.Span.Start < insertion.Span.Start && insertion.Span.Start < other.Span.End;
}

/// <summary>One way to mend a diagnostic.</summary>
/// <param name="Title">Says exactly what is done.</param>
/// <param name="Key">The same for the same way to mend other diagnostics: what Fix All goes by.</param>
internal sealed record Fix(string Title, string Key, IReadOnlyList<Edit> Edits);
