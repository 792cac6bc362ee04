extern alias generator;

using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CompileTime.Generator.Tests.Harness;
using generator::CompileTime.Generator;
using generator::CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompileTime.Generator.Tests.Diagnostics;

/// <summary>A diagnostic, its page, its release-tracking row and its test come together, and the pages are right.</summary>
public class CatalogueTests
{
    // The tests of this folder. Beside the trait, what reports the diagnostic is in them: a place marked with its id, or an assertion.
    private static readonly Lazy<IReadOnlyList<MethodDeclarationSyntax>> s_tests = new(() =>
        [.. Directory.GetFiles(Path.Combine(Example.Root, "Generator.Tests", "Diagnostics"), "*.cs")
            .SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes())
            .OfType<MethodDeclarationSyntax>()
            .Where(method => method.AttributeLists.SelectMany(list => list.Attributes)
                .Any(attribute => attribute.Name.ToString() is "Fact" or "Theory"))]);

    public static TheoryData<string> Ids => [.. Catalogue.All.Select(descriptor => descriptor.Id)];

    /// <summary>Pages on declarations; those on artifacts and on the build show other things than classes.</summary>
    public static TheoryData<string> IdsOfDeclarations => [.. Catalogue.All.Select(d => d.Id).Where(id => id[2] is '1' or '2')];

    [Theory, MemberData(nameof(Ids))]
    public void Has_a_page_a_row_and_a_test(string id)
    {
        var descriptor = Catalogue.Find(id);
        Assert.StartsWith($"# {id}: {descriptor.Title}\n", Example.Page(id), StringComparison.Ordinal);
        Assert.Matches($"^https://[^ ]+[^/]/blob/main/docs/diagnostics/{id}.md$", descriptor.HelpLinkUri);

        var rows = File.ReadAllText(Path.Combine(Example.Root, "Generator", "AnalyzerReleases.Unshipped.md"))
            + File.ReadAllText(Path.Combine(Example.Root, "Generator", "AnalyzerReleases.Shipped.md"));
        Assert.Contains($"\n{id} | {descriptor.Category} | {descriptor.DefaultSeverity} | {descriptor.Title}\n", rows,
            StringComparison.Ordinal);

        Assert.Contains(s_tests.Value, test => test.AttributeLists.ToString().Contains($"Trait(\"Id\", \"{id}\")", StringComparison.Ordinal)
            && Regex.Count(test.ToString(), id) > 1);
    }

    [Fact]
    public void The_index_has_every_diagnostic()
    {
        var rows = Catalogue.All.OrderBy(descriptor => descriptor.Id, StringComparer.Ordinal).Select(descriptor =>
            $"| [{descriptor.Id}]({descriptor.Id}.md) | {descriptor.Title} | {descriptor.DefaultSeverity} "
            + $"| {descriptor.Category["CompileTime.".Length..].ToLowerInvariant()} |");
        var index = File.ReadAllLines(Path.Combine(Example.Root, "docs", "diagnostics", "README.md"));
        Assert.Equal(rows, index.Where(line => line.StartsWith("| [", StringComparison.Ordinal)));
    }

    [Fact]
    public void There_is_no_page_without_a_diagnostic() => Assert.Equal(
        Catalogue.All.Select(descriptor => descriptor.Id).Order(),
        Directory.GetFiles(Path.Combine(Example.Root, "docs", "diagnostics"), "CT*.md").Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void An_ids_first_digit_is_its_stage() => Assert.All(Catalogue.All, descriptor => Assert.Equal(
        descriptor.Category,
        descriptor.Id[2] switch
        {
            '1' => "CompileTime.Declaration",
            '2' => "CompileTime.Compression",
            '3' => "CompileTime.Artifact",
            _ => "CompileTime.Plan",
        }));

    [Theory, MemberData(nameof(IdsOfDeclarations))]
    public async Task The_pages_wrong_example_is_wrong_and_the_right_one_right(string id)
    {
        var examples = Example.OfPage(id);
        Assert.Equal(2, examples.Count);
        Assert.Contains(id, await Problems(examples[0]));
        Assert.Empty(await Problems(examples[1]));
    }

    private static async Task<IReadOnlyList<string>> Problems(string source)
    {
        var completed = TestProject.Generate(TestProject.Compilation(source));
        var found = await completed.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new ModelAnalyzer())).GetAllDiagnosticsAsync();
        return [.. found.Where(d => d.Severity == DiagnosticSeverity.Error || d.Id.StartsWith("CT2", StringComparison.Ordinal))
            .Select(d => d.Id)];
    }
}
