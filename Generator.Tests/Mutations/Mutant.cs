extern alias fixes;
extern alias generator;

using System.Collections.Immutable;
using CompileTime.Generator.Tests.CodeFixes;
using CompileTime.Generator.Tests.Harness;
using fixes::CompileTime.CodeFixes;
using generator::CompileTime.Generator;
using generator::CompileTime.Generator.Declaration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.Generator.Tests.Mutations;

/// <summary>What is asked of every declaration, however wrong.</summary>
internal static class Mutant
{
    private static readonly FixProvider[] s_fixes =
    [
        .. typeof(FixProvider).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(FixProvider)))
            .OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => (FixProvider)Activator.CreateInstance(type)!),
    ];

    private static readonly string[] s_wholeTargets = ["assembly:", "module:"];

    /// <summary>How many errors there are.</summary>
    public static async Task<int> Check(IReadOnlyList<string> files)
    {
        var project = Editor.Open(files);
        var compilation = (CSharpCompilation)(await project.GetCompilationAsync())!;
        Generates(compilation);
        var found = await Diagnostics(compilation);
        var errors = found.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        SaysSo(compilation, errors);
        await Mends(project, found);
        await Refactors(project, isRight: errors.Count == 0);
        return errors.Count;
    }

    private static void Generates(CSharpCompilation compilation)
    {
        var plain = compilation.RemoveSyntaxTrees(compilation.SyntaxTrees.Where(IsGenerated));
        var exception = TestProject.Driver(plain).RunGenerators(plain).GetRunResult().Results.Single().Exception;
        Assert.True(exception is null, "The generator throws " + exception);
    }

    private static async Task<ImmutableArray<Diagnostic>> Diagnostics(Compilation compilation)
    {
        // What is suppressed is found all the same.
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false,
            logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true);
        var found = await compilation.WithAnalyzers([new ModelAnalyzer()], options).GetAllDiagnosticsAsync();
        Assert.True(found.All(diagnostic => diagnostic.Id != "AD0001"), "The analyzer throws:\n" + string.Join("\n", found));
        return found;
    }

    // An error in generated text alone would be one that nobody can mend, and a model that is not compiled without one a riddle.
    private static void SaysSo(CSharpCompilation compilation, IReadOnlyList<Diagnostic> errors)
    {
        if (errors.Any(error => error.Location.SourceTree is not { } tree || !IsGenerated(tree)))
            return;
        Assert.True(errors.Count == 0, "Errors in generated text only:\n" + string.Join("\n", errors));
        Assert.DoesNotContain(compilation.SyntaxTrees, tree => IsGenerated(tree)
            && tree.ToString().Contains("This model cannot be compiled", StringComparison.Ordinal));
        foreach (var type in compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
            .Select(type => compilation.GetSemanticModel(tree).GetDeclaredSymbol(type)!)))
        {
            var isCompiled = type.DeclaringSyntaxReferences.Any(part => IsGenerated(part.SyntaxTree));
            Assert.True(isCompiled || KnownSymbols.FindModelAttribute(type) is null, type + " is not compiled, and nothing says so");
        }
    }

    private static async Task Mends(Project project, ImmutableArray<Diagnostic> found)
    {
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
                    await Apply(action, project);
                    var context = new FixAllContext(document, provider, FixAllScope.Project, action.EquivalenceKey!, [diagnostic.Id],
                        new Known(found), CancellationToken.None);
                    await Apply((await provider.GetFixAllProvider().GetFixAsync(context))!, project);
                }
            }
        }
    }

    private static async Task Refactors(Project project, bool isRight)
    {
        foreach (var document in project.Documents)
        {
            foreach (var type in (await document.GetSyntaxRootAsync())!.DescendantNodes().OfType<TypeDeclarationSyntax>())
            {
                var actions = new List<CodeAction>();
                await new GraphRefactoring().ComputeRefactoringsAsync(
                    new CodeRefactoringContext(document, new TextSpan(type.Identifier.SpanStart, 0), actions.Add, CancellationToken.None));
                foreach (var action in actions)
                {
                    var changed = await Apply(action, project);
                    if (isRight)
                    {
                        var after = await Diagnostics((await changed.GetCompilationAsync())!);
                        Assert.DoesNotContain(after, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
                    }
                }
            }
        }
    }

    // Changes something, and brings no error of syntax into a text without any.
    private static async Task<Project> Apply(CodeAction action, Project project)
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

    private static int Errors(SyntaxTree tree) =>
        tree.GetDiagnostics().Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    private static bool IsGenerated(SyntaxTree tree) => KnownSymbols.IsGenerated(tree);

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
