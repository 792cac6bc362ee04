using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>What all fixes have in common: a derived class says which edits mend a diagnostic.</summary>
public abstract class FixProvider : CodeFixProvider
{
    private protected FixProvider(params string[] ids) => FixableDiagnosticIds = [.. ids];

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => EditFixAll.Instance;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var solution = context.Document.Project.Solution;
        foreach (var diagnostic in context.Diagnostics)
        {
            foreach (var fix in await Find(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(fix.Title, cancellation => Edit.Apply(solution, [fix], cancellation), fix.Key), diagnostic);
            }
        }
    }

    internal async Task<IReadOnlyList<Fix>> Find(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        if (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is not { } model)
            return [];
        var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
        var place = new Place(diagnostic, node, model, cancellation);
        return [.. Find(place).Where(fix => fix.Edits.Count > 0).Select(fix => fix with { Key = GetType().Name + "." + fix.Key })];
    }

    /// <summary>The ways to mend it; none where the text is not what the fix expects.</summary>
    private protected abstract IEnumerable<Fix> Find(Place place);
}

/// <summary>Where a diagnostic is.</summary>
/// <param name="Node">The innermost node with the diagnostic's span.</param>
internal sealed record Place(Diagnostic Diagnostic, SyntaxNode Node, SemanticModel Model, CancellationToken Cancellation)
{
    /// <summary>What the diagnostic says beside its message, by a name of FixProperties.</summary>
    public string? Property(string name) => Diagnostic.Properties.TryGetValue(name, out var value) ? value : null;

    public INamedTypeSymbol? TypeOf(AttributeSyntax attribute) => Model.GetTypeInfo(attribute, Cancellation).Type as INamedTypeSymbol;

    public T? Ancestor<T>()
        where T : SyntaxNode => Node.FirstAncestorOrSelf<T>();
}
