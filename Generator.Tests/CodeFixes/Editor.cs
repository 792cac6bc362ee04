extern alias generator;

using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using CompileTime.Generator.Tests.Harness;
using generator::CompileTime.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.Generator.Tests.CodeFixes;

/// <summary>A project as an editor has it open: documents, and the generator running beside them.</summary>
internal static class Editor
{
    private static readonly AdhocWorkspace s_workspace = new();

    // Made once: its references are read once.
    private static readonly Solution s_empty = Empty();

    public static Project Open(params IEnumerable<string> sources) => Open(sources, []);

    /// <param name="sources">The project's files.</param>
    /// <param name="artifacts">Paths and texts of its .ctm files, whose weights are embedded.</param>
    public static Project Open(IEnumerable<string> sources, IReadOnlyList<(string Path, string Text)> artifacts)
    {
        var solution = s_empty;
        var project = solution.ProjectIds.Single();
        foreach (var source in sources)
        {
            var name = $"Source{solution.Projects.Single().DocumentIds.Count}.cs";
            solution = solution.AddDocument(DocumentId.CreateNewId(project), name, SourceText.From(source), filePath: name);
        }

        var config = "is_global = true\n";
        foreach (var (path, text) in artifacts)
        {
            var name = Path.GetFileName(path);
            solution = solution.AddAdditionalDocument(DocumentId.CreateNewId(project), name, SourceText.From(text), filePath: path);
            config += $"\n[{path}]\nbuild_metadata.AdditionalFiles.CompileTimeBlob = CompileTime/{Path.ChangeExtension(name, ".ctw")}\n";
        }

        return solution.AddAnalyzerConfigDocument(
            DocumentId.CreateNewId(project), ".globalconfig", SourceText.From(config), filePath: "/.globalconfig").Projects.Single();
    }

    /// <summary>The solution after the action.</summary>
    public static async Task<Solution> Apply(CodeAction action)
    {
        var operations = await action.GetOperationsAsync(CancellationToken.None);
        return Assert.IsType<ApplyChangesOperation>(Assert.Single(operations)).ChangedSolution;
    }

    private static Solution Empty()
    {
        var id = ProjectId.CreateNewId();
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);
        var solution = s_workspace.CurrentSolution.AddProject(ProjectInfo.Create(
            id, VersionStamp.Default, "Demo", "Demo", LanguageNames.CSharp,
            compilationOptions: options,
            parseOptions: new CSharpParseOptions(LanguageVersion.Latest),
            metadataReferences: Net100.References.All.Append(TestProject.Runtime),
            analyzerReferences: [new GeneratorReference()]));
        return solution.AddDocument(DocumentId.CreateNewId(id), "Usings.cs", SourceText.From(TestProject.Usings), filePath: "Usings.cs");
    }

    private sealed class GeneratorReference : AnalyzerReference
    {
        // Workspaces expect the same one each time.
        private readonly ImmutableArray<ISourceGenerator> _generators = [new ModelGenerator().AsSourceGenerator()];

        public override string? FullPath => typeof(ModelGenerator).Assembly.Location;

        public override object Id => nameof(GeneratorReference);

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzers(string language) => [];

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzersForAllLanguages() => [];

        public override ImmutableArray<ISourceGenerator> GetGenerators(string language) => _generators;
    }
}
