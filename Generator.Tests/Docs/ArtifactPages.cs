using CompileTime.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Tests.Docs;

/// <summary>
/// The pages about artifacts and builds: their examples with the artifacts and settings that they show, which are made as they say. What is
/// wrong is reported; nothing is wrong with what is right.
/// </summary>
public sealed class ArtifactPages
{
    public static TheoryData<string> Ids => [.. DiagnosticPages.Pages().Where(page => page[2] is '3' or '4')];

    [Theory, MemberData(nameof(Ids))]
    public async Task What_is_wrong_is_reported(string page)
    {
        var blocks = DiagnosticPages.Blocks(page, "## Wrong").ToList();
        Assert.NotEmpty(blocks);
        foreach (var (language, text) in blocks)
            Assert.Contains(await PageExample.Of(page, language, text).Analyze(), found => found.Id == page);
    }

    [Theory, MemberData(nameof(Ids))]
    public async Task What_is_right_is_not(string page)
    {
        var blocks = DiagnosticPages.Blocks(page, "## Right").ToList();
        Assert.NotEmpty(blocks);
        foreach (var (language, text) in blocks)
        {
            Assert.DoesNotContain(await PageExample.Of(page, language, text).Analyze(),
                found => found.Id == page || found.Severity == DiagnosticSeverity.Error);
        }
    }
}
