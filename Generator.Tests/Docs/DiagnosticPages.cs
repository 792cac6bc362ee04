extern alias generator;

using System.Text.RegularExpressions;
using CompileTime.Generator.Tests.Harness;
using generator::CompileTime.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompileTime.Generator.Tests.Docs;

/// <summary>The pages of the diagnostics: what they call right compiles and is not reported, what they call wrong is.</summary>
public sealed class DiagnosticPages
{
    // What pages about training assume.
    private const string Assumed = """
        [Model(784)]
        [Linear(10), Prune(0.5, L1)]
        [Quantize(Int8, Backend.Fbgemm)]
        public partial class DigitNet;
        """;

    public static TheoryData<string> Right => [.. Pages().Where(page => Code(page, "## Right").Any())];

    /// <summary>Those of declarations: the others are about files and settings beside the code (<see cref="ArtifactPages"/>).</summary>
    public static TheoryData<string> Wrong => [.. Pages().Where(page => page[2] is '1' or '2' && Code(page, "## Wrong").Any())];

    [Theory, MemberData(nameof(Right))]
    public async Task What_is_right_compiles(string page)
    {
        foreach (var block in Code(page, "## Right"))
        {
            var completed = Complete(block);
            Assert.Empty(completed.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error));
            if (page != "CT3001") // no example is trained
                Assert.DoesNotContain(page, await Reported(completed));
        }
    }

    [Theory, MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_reported(string page)
    {
        foreach (var block in Code(page, "## Wrong"))
            Assert.Contains(page, await Reported(Complete(block)));
    }

    private static Compilation Complete(string block)
    {
        var source = DocSnippets.Source(block, 0);
        return TestProject.Generate(TestProject.Compilation(source == block ? [source] : [source, Assumed]));
    }

    private static async Task<IEnumerable<string>> Reported(Compilation compilation) =>
        (await compilation.WithAnalyzers([new ModelAnalyzer()]).GetAnalyzerDiagnosticsAsync()).Select(found => found.Id);

    internal static IEnumerable<string> Pages() => Directory.GetFiles(Folder(), "CT*.md").Select(path => Path.GetFileNameWithoutExtension(path)!).Order();

    private static IEnumerable<string> Code(string page, string heading) =>
        Blocks(page, heading).Where(block => block.Language == "csharp").Select(block => block.Text);

    internal static IEnumerable<(string Language, string Text)> Blocks(string page, string heading)
    {
        var text = File.ReadAllText(Path.Combine(Folder(), page + ".md")).Replace("\r\n", "\n", StringComparison.Ordinal);
        var section = Regex.Match(text, "^" + heading + "\n(.*?)(?=^## |\\z)", RegexOptions.Singleline | RegexOptions.Multiline).Groups[1].Value;
        return Regex.Matches(section, "^```(\\w+)\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value));
    }

    private static string Folder() => Path.Combine(DocSnippets.Root(), "docs", "diagnostics");
}
