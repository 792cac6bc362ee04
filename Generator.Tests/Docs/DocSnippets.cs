using System.Text.RegularExpressions;
using CompileTime.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.Generator.Tests.Docs;

/// <summary>The C# of the documentation compiles as it stands: declarations as a project's file, statements in a method.</summary>
public class DocSnippets
{
    /// <summary>Those of a console project that the test project does not have.</summary>
    private const string ImplicitUsings = "global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>What the statements assume to be there.</summary>
    private const string Assumed = """
        private static readonly Dataset train = null!, test = null!, validation = null!, samples = null!;
        private static readonly Trainer trainer = null!;
        private static readonly byte[] pixels = null!;
        private static readonly float[] logits = null!;
        """;

    private static readonly string[] s_documents = ["README.md", "docs/guide.md", "Runtime/Package/README.md"];

    /// <summary>Every page but those of the diagnostics, which show mistakes.</summary>
    public static TheoryData<string> Documents =>
    [
        .. new[] { ".", "docs", "Runtime/Package" }.SelectMany(folder => Directory.GetFiles(Path.Combine(Root(), folder), "*.md"))
            .Select(path => Path.GetRelativePath(Root(), path).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    [Theory, MemberData(nameof(Documents))]
    public void Compile(string document)
    {
        var completed = TestProject.Generate(TestProject.Compilation([ImplicitUsings, .. Sources(document)]));
        var errors = completed.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error);
        Assert.True(!errors.Any(), string.Join("\n", errors));
    }

    [Fact]
    public void Introductions_declare_and_use_models() => Assert.All(s_documents, document =>
    {
        var sources = Sources(document);
        Assert.Contains(sources, source => source.Contains("[Model(", StringComparison.Ordinal));
        Assert.Contains(sources, source => source.Contains("CreateTrainer", StringComparison.Ordinal));
    });

    [Fact]
    public void The_guides_model_takes_the_bytes_that_it_is_trained_with()
    {
        var sources = Sources("docs/guide.md");
        Assert.Contains(sources, source => source.Contains("Dataset.FromIdx", StringComparison.Ordinal)
            && source.Contains("DigitMlp.CreateTrainer", StringComparison.Ordinal));
        var declaration = Declared.Read(TestProject.Compilation([.. sources]), "DigitMlp");
        Assert.NotNull(declaration.InputScale);
    }

    [Fact]
    public void A_snippet_that_does_not_compile_is_found()
    {
        var completed = TestProject.Generate(TestProject.Compilation(Source("train.Nothing();", 0)));
        Assert.Contains(completed.GetDiagnostics(), found => found.Id == "CS1061");
    }

    private static IReadOnlyList<string> Sources(string document)
    {
        var text = File.ReadAllText(Path.Combine(Root(), document)).Replace("\r\n", "\n", StringComparison.Ordinal);
        return [.. Regex.Matches(text, "^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)
            .Select((match, i) => Source(match.Groups[1].Value, i))];
    }

    internal static string Source(string block, int number)
    {
        var members = CSharpSyntaxTree.ParseText(block).GetCompilationUnitRoot().Members;
        return members.Any(member => member is BaseTypeDeclarationSyntax)
            ? block
            : $"internal static class Snippet{number}\n{{\n{Assumed}\nprivate static void Run()\n{{\n{block}\n}}\n}}";
    }

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CompileTime.sln")))
            folder = folder.Parent;
        Assert.NotNull(folder);
        return folder.FullName;
    }
}
