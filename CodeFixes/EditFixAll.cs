using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompileTime.CodeFixes;

/// <summary>Mends all diagnostics of a document, a project or the solution in the way that was chosen for one of them.</summary>
internal sealed class EditFixAll : FixAllProvider
{
    public static readonly EditFixAll Instance = new();

    private EditFixAll()
    {
    }

    public override async Task<CodeAction?> GetFixAsync(FixAllContext context)
    {
        var solution = context.Solution;
        var provider = (FixProvider)context.CodeFixProvider;
        var fixes = new List<Fix>();
        foreach (var diagnostic in await Diagnostics(context).ConfigureAwait(false))
        {
            if (solution.GetDocument(diagnostic.Location.SourceTree) is not { } document)
                continue;
            var found = await provider.Find(document, diagnostic, context.CancellationToken).ConfigureAwait(false);
            fixes.AddRange(found.Where(fix => fix.Key == context.CodeActionEquivalenceKey).Take(1));
        }

        var title = "Fix all " + string.Join(", ", context.DiagnosticIds.OrderBy(id => id)) + " in the " + context.Scope switch
        {
            FixAllScope.Document => "document",
            FixAllScope.Project => "project",
            _ => "solution",
        };
        return fixes.Count == 0 ? null
            : CodeAction.Create(title, cancellation => Edit.Apply(solution, fixes, cancellation), context.CodeActionEquivalenceKey);
    }

    // In the order of the text, so that the result does not depend on who finds them.
    private static async Task<IEnumerable<Diagnostic>> Diagnostics(FixAllContext context)
    {
        IEnumerable<Diagnostic> found;
        switch (context.Scope)
        {
            case FixAllScope.Document when context.Document is { } document:
                found = await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false);
                break;
            case FixAllScope.Project:
                found = await context.GetAllDiagnosticsAsync(context.Project).ConfigureAwait(false);
                break;
            default:
                var all = new List<Diagnostic>();
                foreach (var project in context.Solution.Projects)
                    all.AddRange(await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false));
                found = all;
                break;
        }

        return found.Where(diagnostic => diagnostic.Location.IsInSource)
            .OrderBy(diagnostic => diagnostic.Location.SourceTree!.FilePath, System.StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Location.SourceSpan.Start);
    }
}
