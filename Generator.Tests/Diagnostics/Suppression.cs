using CompileTime.Generator.Tests.Harness;

namespace CompileTime.Generator.Tests.Diagnostics;

/// <summary>Every diagnostic is silenced in the ways of C#. An artifact has no #pragma: there a .globalconfig decides.</summary>
public class Suppression
{
    public static TheoryData<string> Ids => CatalogueTests.Ids;

    [Theory, MemberData(nameof(Ids))]
    public async Task By_pragma_and_configuration(string id)
    {
        var example = Example.Of(id);
        var found = (await example.Analyze()).Where(diagnostic => diagnostic.Id == id).ToList();
        Assert.NotEmpty(found);
        var globally = await example.Analyze($"is_global = true\ndotnet_diagnostic.{id}.severity = none");
        Assert.DoesNotContain(globally, diagnostic => diagnostic.Id == id);
        if (!found[0].Location.IsInSource)
            return;
        Assert.DoesNotContain(await example.Analyze($"[*.cs]\ndotnet_diagnostic.{id}.severity = none"), diagnostic => diagnostic.Id == id);
        Assert.Contains(await example.Analyze("[*.cs]\ndotnet_diagnostic.CT0000.severity = none"), diagnostic => diagnostic.Id == id);
        var silent = example with { Source = $"#pragma warning disable {id}\n{example.Source}" };
        Assert.DoesNotContain(await silent.Analyze(), diagnostic => diagnostic.Id == id);
    }

    [Fact]
    public Task By_attribute() => Analyze.Run(
        """
        [System.Diagnostics.CodeAnalysis.SuppressMessage("CompileTime.Artifact", "CT3001")]
        [Model(4)] [Linear(2)] public partial class A;
        """,
        untrained: true);
}
