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
    /// <summary>What is wrong.</summary>
    /// <param name="files">The mutant's.</param>
    /// <param name="artifacts">The .ctm files beside it.</param>
    public static async Task<IReadOnlyList<Diagnostic>> Check(
        IReadOnlyList<string> files, params IReadOnlyList<(string Path, string Text)> artifacts)
    {
        var project = Editor.Open(files, artifacts);
        var compilation = (CSharpCompilation)(await project.GetCompilationAsync())!;
        Generates(compilation, artifacts);
        var found = await Diagnostics(project);
        var errors = found.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        SaysSo(compilation, errors);
        await MutantFixes.Check(project, found);
        await Refactors(project, isRight: errors.Count == 0);
        return errors;
    }

    private static void Generates(CSharpCompilation compilation, IReadOnlyList<(string Path, string Text)> artifacts)
    {
        var plain = compilation.RemoveSyntaxTrees(compilation.SyntaxTrees.Where(IsGenerated));
        var driver = TestProject.Driver(plain, [.. artifacts.Select(artifact => new TextFile(artifact.Path, artifact.Text))]);
        var exception = driver.RunGenerators(plain).GetRunResult().Results.Single().Exception;
        Assert.True(exception is null, "The generator throws " + exception);
    }

    public static async Task<ImmutableArray<Diagnostic>> Diagnostics(Project project)
    {
        var compilation = (await project.GetCompilationAsync())!;

        // What is suppressed is found all the same.
        var options = new CompilationWithAnalyzersOptions(project.AnalyzerOptions, onAnalyzerException: null, concurrentAnalysis: false,
            logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true);
        var found = await compilation.WithAnalyzers([new ModelAnalyzer()], options).GetAllDiagnosticsAsync();
        Assert.True(found.All(diagnostic => diagnostic.Id != "AD0001"), "The analyzer throws:\n" + string.Join("\n", found));
        return found;
    }

    // An error in generated text alone would be one that nobody can mend, and a model that is not compiled without one a riddle. Errors in
    // artifacts explain neither.
    private static void SaysSo(CSharpCompilation compilation, IReadOnlyList<Diagnostic> errors)
    {
        if (errors.Any(error => error.Location is { Kind: not LocationKind.ExternalFile } place
                && (place.SourceTree is not { } tree || !IsGenerated(tree))))
            return;
        var hidden = errors.Where(error => error.Location.SourceTree is not null).ToList();
        Assert.True(hidden.Count == 0, "Errors in generated text only:\n" + string.Join("\n", hidden));
        Assert.DoesNotContain(compilation.SyntaxTrees, tree => IsGenerated(tree)
            && tree.ToString().Contains("This model cannot be compiled", StringComparison.Ordinal));
        foreach (var type in compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
            .Select(type => compilation.GetSemanticModel(tree).GetDeclaredSymbol(type)!)))
        {
            var isCompiled = type.DeclaringSyntaxReferences.Any(part => IsGenerated(part.SyntaxTree));
            Assert.True(isCompiled || KnownSymbols.FindModelAttribute(type) is null, type + " is not compiled, and nothing says so");
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
                    var changed = await MutantFixes.Apply(action, project);
                    if (isRight)
                    {
                        var after = await Diagnostics(changed);
                        Assert.DoesNotContain(after, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
                    }
                }
            }
        }
    }

    private static bool IsGenerated(SyntaxTree tree) => KnownSymbols.IsGenerated(tree);
}
