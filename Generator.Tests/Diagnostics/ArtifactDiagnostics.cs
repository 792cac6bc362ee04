using CompileTime.Generator.Tests.Harness;
using Microsoft.CodeAnalysis.CSharp;

namespace CompileTime.Generator.Tests.Diagnostics;

/// <summary>CT3xxx and CT4xxx: trained weights, and what compiling them needs.</summary>
public class ArtifactDiagnostics
{
    private const string Path = "/Models/M.ctm";

    private static readonly string s_source = Artifacts.Source("M");

    [Fact, Trait("Id", "CT3001")]
    public Task Not_trained() => Analyze.Run("[Model(4)] [Linear(2)] public partial class {|CT3001:M|};", untrained: true);

    [Fact]
    public Task Trained() => Analyze.Run(s_source, untrained: true, artifacts: [(Path, Artifacts.Manifest("M"))]);

    [Theory, Trait("Id", "CT3002")]
    [InlineData("[Model(4)] [Linear(3)] public partial class {|CT3002:M|};")]
    [InlineData("[Model(4)] [Linear(2), ReLU] public partial class {|CT3002:M|};")]
    [InlineData("[Model(4)] [Linear(2)] [Prune(0.5)] public partial class {|CT3002:M|};")]
    public Task Stale(string source) => Analyze.Run(source, untrained: true, artifacts: [(Path, Artifacts.Manifest("M"))]);

    [Fact, Trait("Id", "CT3003")]
    public Task Damaged_where_the_file_says_so()
    {
        var manifest = Artifacts.Manifest("M");
        const string Wrong = "zero_point=";
        var damaged = manifest.Insert(manifest.IndexOf(Wrong, StringComparison.Ordinal) + Wrong.Length, "{|CT3003:|}nine");
        return Analyze.Run(s_source, untrained: true, artifacts: [(Path, damaged)]);
    }

    [Fact, Trait("Id", "CT3003")]
    public Task Cut_short()
    {
        var manifest = Artifacts.Manifest("M");
        return Analyze.Run(s_source, artifacts:
            [(Path, manifest[..manifest.IndexOf("[blob]", StringComparison.Ordinal)] + "{|CT3003:|}")]);
    }

    [Theory, Trait("Id", "CT3003")]
    [InlineData("{|CT3003:|}")]
    [InlineData("{|CT3003:|}PK\u0003\u0004")]
    [InlineData("compiletime-manifest 1\n{|CT3003:|}")]
    public Task Nothing_that_names_a_model(string text) => Analyze.Run(s_source, artifacts: [(Path, text)]);

    [Fact, Trait("Id", "CT3004")]
    public Task Two_for_one_model() => Analyze.Run(s_source, artifacts:
        [(Path, Artifacts.Manifest("M")), ("/Models/Old.ctm", "{|CT3004:|}" + Artifacts.Manifest("M"))]);

    [Theory, Trait("Id", "CT3005")]
    [InlineData("public class Nothing;")]
    [InlineData("public class M;")]
    [InlineData("namespace Demo { [Model(4)] [Linear(2)] public partial class M; }")]
    public Task For_no_model(string source) => Analyze.Run(source, artifacts: [(Path, "{|CT3005:|}" + Artifacts.Manifest("M"))]);

    [Fact, Trait("Id", "CT3006")]
    public Task Not_embedded() =>
        Analyze.Run(s_source, artifacts: [(Path, "{|CT3006:|}" + Artifacts.Manifest("M"))], embedded: false);

    [Fact, Trait("Id", "CT4001")]
    public Task Unsafe_code_is_off() => Analyze.Run(
        s_source.Replace("class M", "class {|CT4001:M|}", StringComparison.Ordinal), artifacts: [(Path, Artifacts.Manifest("M"))],
        allowUnsafe: false);

    [Fact]
    public Task Unsafe_code_is_not_needed_without_weights() => Analyze.Run(s_source, allowUnsafe: false);

    [Theory, Trait("Id", "CT4002")]
    [InlineData(LanguageVersion.CSharp7_3)]
    [InlineData(LanguageVersion.CSharp8)]
    public async Task The_language_is_too_old(LanguageVersion version)
    {
        const string Source = "using CompileTime;\n[Model(4)] [Linear(2)] public partial class {|CT4002:M|} { }";
        await Analyze.Run(Source, language: version);
        var plain = Source.Replace("{|CT4002:M|}", "M", StringComparison.Ordinal);
        Assert.Equal("", TestProject.GeneratedText(TestProject.Compilation(version, plain)));
    }

    [Fact]
    public Task The_language_is_new_enough() => Analyze.Run(
        "using CompileTime;\n[Model(4)] [Linear(2)] public partial class M { }", artifacts: [(Path, Artifacts.Manifest("M"))],
        language: LanguageVersion.CSharp9);
}
