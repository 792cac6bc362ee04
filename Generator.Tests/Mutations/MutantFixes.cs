extern alias fixes;

using System.Collections.Immutable;
using CompileTime.Generator.Tests.CodeFixes;
using fixes::CompileTime.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CompileTime.Generator.Tests.Mutations;

/// <summary>What is asked of every fix that is offered: what it mends is gone, and nothing that C# says is new.</summary>
internal static class MutantFixes
{
    private static readonly FixProvider[] s_fixes =
    [
        .. typeof(FixProvider).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(FixProvider)))
            .OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => (FixProvider)Activator.CreateInstance(type)!),
    ];

    private static readonly string[] s_wholeTargets = ["assembly:", "module:"];

    public static async Task Check(Project project, ImmutableArray<Diagnostic> found)
    {
        // The same fix of many diagnostics is looked at in full once.
        var seen = new HashSet<(string Key, string Id)>();
        foreach (var diagnostic in found)
        {
            if (project.GetDocument(diagnostic.Location.SourceTree) is not { } document)
                continue;
            foreach (var provider in s_fixes.Where(provider => provider.FixableDiagnosticIds.Contains(diagnostic.Id)))
            {
                var actions = new List<CodeAction>();
                await provider.RegisterCodeFixesAsync(
                    new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
                foreach (var action in actions)
                {
                    var changed = await Apply(action, project);
                    var context = new FixAllContext(document, provider, FixAllScope.Project, action.EquivalenceKey!, [diagnostic.Id],
                        new Known(found), CancellationToken.None);
                    await Apply((await provider.GetFixAllProvider().GetFixAsync(context))!, project);
                    if (seen.Add((action.EquivalenceKey!, diagnostic.Id)))
                        Mended(action, diagnostic, found, await Mutant.Diagnostics(changed));
                }
            }
        }
    }

    /// <summary>The project afterwards: something has changed, and no text without an error of syntax has one.</summary>
    public static async Task<Project> Apply(CodeAction action, Project project)
    {
        var changed = (await Editor.Apply(action)).GetProject(project.Id)!;
        var documents = changed.GetChanges(project).GetChangedDocuments().ToList();
        Assert.True(documents.Count > 0, action.Title + " changes nothing");
        foreach (var id in documents)
        {
            var before = await project.GetDocument(id)!.GetSyntaxTreeAsync();
            var after = await changed.GetDocument(id)!.GetSyntaxTreeAsync();

            // A list for the whole assembly is a mistake of another kind when it comes first in its file.
            if (s_wholeTargets.All(target => !after!.ToString().Contains(target, StringComparison.Ordinal)))
                Assert.True(Errors(after!) == 0 || Errors(before!) > 0, action.Title + " makes\n" + after);
        }

        return changed;
    }

    private static void Mended(
        CodeAction action, Diagnostic diagnostic, ImmutableArray<Diagnostic> found, ImmutableArray<Diagnostic> after)
    {
        var message = diagnostic.GetMessage(null);
        Assert.True(Count(after, diagnostic.Id, message) < Count(found, diagnostic.Id, message), $"'{action.Title}' leaves {diagnostic}");

        // Where the syntax is wrong, what else C# finds depends on how it reads on.
        var (before, now) = (Ordinary(found), Ordinary(after));
        if (!found.Any(each => each.Location.SourceTree is { } tree && Errors(tree) > 0))
            Assert.True(now.Count <= before.Count, $"'{action.Title}' of {diagnostic} brings {string.Join("\n", now.Except(before))}");
    }

    /// <summary>What the C# compiler itself says.</summary>
    private static List<string> Ordinary(ImmutableArray<Diagnostic> found) =>
    [
        .. found.Where(each => each.Severity == DiagnosticSeverity.Error && each.Id.StartsWith("CS", StringComparison.Ordinal))
            .Select(each => each.ToString()),
    ];

    private static int Count(ImmutableArray<Diagnostic> found, string id, string message) =>
        found.Count(each => each.Id == id && each.GetMessage(null) == message);

    private static int Errors(SyntaxTree tree) =>
        tree.GetDiagnostics().Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    /// <summary>Fix All finds what is known already.</summary>
    private sealed class Known(ImmutableArray<Diagnostic> found) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(found.AsEnumerable());

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(
            Document document, CancellationToken cancellationToken)
        {
            var tree = await document.GetSyntaxTreeAsync(cancellationToken);
            return found.Where(diagnostic => diagnostic.Location.SourceTree == tree);
        }

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(found.Where(diagnostic => !diagnostic.Location.IsInSource));
    }
}
