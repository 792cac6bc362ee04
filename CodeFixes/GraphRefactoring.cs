using System.Composition;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>
/// Turns layers on a class into layer methods and a Forward that calls them one after the other: the same network, into which branches
/// can be written. Its layers have other names then, so an artifact of it is stale.
/// </summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp, Name = nameof(GraphRefactoring)), Shared]
public sealed class GraphRefactoring : CodeRefactoringProvider
{
    /// <inheritdoc/>
    public override async Task ComputeRefactoringsAsync(CodeRefactoringContext context)
    {
        var (document, cancellation) = (context.Document, context.CancellationToken);
        if (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) is not { } root
            || root.FindNode(context.Span).FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } part
            || (SequentialModel.HasBody(part) && context.Span.Start > part.OpenBraceToken.Span.End)
            || await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is not { } model
            || SequentialModel.Find(part, model, cancellation) is not { } sequence)
            return;
        var fix = new Fix("Turn the layers of '" + part.Identifier.ValueText + "' into layer methods and a Forward (to be trained again)",
            nameof(GraphRefactoring), sequence.ToGraph());
        context.RegisterRefactoring(CodeAction.Create(fix.Title, token => Edit.Apply(document.Project.Solution, [fix], token), fix.Key));
    }
}
