extern alias generator;

using System.Text.RegularExpressions;
using CompileTime.Generator.Tests.Harness;
using generator::CompileTime.Shared;
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

    [Fact]
    public void A_stale_artifact_is_said_where_the_class_throws()
    {
        var compilation = TestProject.Compilation(Artifacts.Source("M", outputs: 3));
        var generated = TestProject.GeneratedText(compilation, new TextFile(Path, Artifacts.Manifest("M")));
        Assert.Contains("M was compiled without its weights. CT3002: 'M.ctm' was trained from a declaration that has changed since: ",
            generated, StringComparison.Ordinal);
        Assert.DoesNotContain("no weights yet", generated, StringComparison.Ordinal);
    }

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

    [Fact, Trait("Id", "CT3007")]
    public Task Without_weights_beside_it() =>
        Analyze.Run(s_source, artifacts: [(Path, "{|CT3007:|}" + Artifacts.Manifest("M"))], blobs: "Missing");

    [Fact, Trait("Id", "CT3012")]
    public Task With_weights_of_another() => Analyze.Run(s_source, blobs: "Other", artifacts:
        [(Path, Artifacts.Manifest("M").Replace("\nsha256 ", "\n{|CT3012:|}sha256 ", StringComparison.Ordinal))]);

    [Theory, Trait("Id", "CT3008")]
    [InlineData("{|CT3008:Budget(Bytes = 128)|}")]
    [InlineData("{|CT3008:Budget(Macs = 7)|}")]
    [InlineData("{|CT3008:Budget(Accuracy = 0.98)|}")]
    [InlineData("{|CT3008:{|CT3008:{|CT3008:Budget(Accuracy = 1, Bytes = 1, Macs = 1)|}|}|}")]
    [InlineData("Budget(Accuracy = 0.9731, Bytes = 100_000, Macs = 8)")]
    public Task A_budget(string budget) => Analyze.Run(
        s_source.Replace("public", $"[{budget}] public", StringComparison.Ordinal),
        artifacts: [(Path, Artifacts.Manifest("M", change: Validated))]);

    [Theory, Trait("Id", "CT3009")]
    [InlineData("{|CT3009:Budget(Accuracy = 0.01)|}")]
    [InlineData("Budget(Bytes = 100_000)")]
    public Task A_budget_for_what_was_never_measured(string budget) => Analyze.Run(
        s_source.Replace("public", $"[{budget}] public", StringComparison.Ordinal), artifacts: [(Path, Artifacts.Manifest("M"))]);

    [Theory, Trait("Id", "CT3011")]
    [InlineData("{|CT3011:Budget(Bytes = 1, Accuracy = 1)|}", "")]
    [InlineData("{|CT3011:Budget(Macs = 8)|}", "")]
    [InlineData("{|CT3011:{|CT3008:Budget(Macs = 7)|}|}", "")]
    [InlineData("{|CT3011:Budget(Macs = 1)|}", "[Prune(0.5, L1, Structure.Channel)]")]
    public async Task A_budget_without_an_artifact_that_fits(string budget, string rule)
    {
        var source = $"[Model(4)] [Linear(2)] {rule} [{budget}] public partial class M;";
        await Analyze.Run(source);
        await Analyze.Run(source.Replace("class M", "class {|CT3002:M|}", StringComparison.Ordinal),
            artifacts: [(Path, Artifacts.Manifest("M", outputs: 3))]);
    }

    [Fact]
    public Task Damage_is_said_once() => Analyze.Run("[Model(4)] [Linear(2)] [Budget(Accuracy = 1)] public partial class M;",
        artifacts: [(Path, "compiletime-manifest 1\nmodel M\n{|CT3003:|}")]);

    private static Manifest Validated(Manifest manifest) =>
        manifest with { ValidationSamples = 10000, Validation = [new("float", 0.99), new("int8", 0.9731)] };

    [Theory, Trait("Id", "CT3010")]
    [InlineData("Prune(0.5)", 4, false)]
    [InlineData("Prune(0.5)", 3, false)]
    [InlineData("Prune(0.5)", 5, true)]
    [InlineData("Prune(3)", 5, false)]
    [InlineData("Prune(3)", 6, true)]
    [InlineData("Prune(0.5, L1, Scope = Scope.Local)", 5, true)]
    [InlineData("PruneNofM(1, 4)", 2, false)]
    [InlineData("PruneNofM(1, 4)", 3, true)]
    [InlineData("Prune(0.5, L1, Structure.Channel)", 4, false)]
    [InlineData("Prune(0.5, L1, Structure.Channel)", 5, true)]
    [InlineData("Prune(2, L1, Dim = -1)", 4, false)]
    [InlineData("Prune(2, L1, Dim = -1)", 5, true)]
    [InlineData("Prune(0.5, L1, Dim = 1, Scope = Scope.Local)", 5, true)]
    [InlineData("Prune(2, L1, Block = [1, 3])", 6, false)] // the small ones at the edge
    [InlineData("Prune(2, L1, Block = [1, 3])", 7, true)]
    [InlineData("Prune(3, L1, Block = [1, 3])", 4, true)]
    [InlineData("Prune(Threshold = 0.1)", 8, false)]
    public Task Fewer_weights_than_declared(string rule, int kept, bool isReported)
    {
        string Source(string attribute) => $"[Model(4)] [Linear(2)] [{attribute}] public partial class M;";
        var source = Source(isReported ? $"{{|CT3010:{rule}|}}" : rule);
        return Analyze.Run(source, artifacts: [(Path, Artifacts.Manifest("M", source: Source(rule),
            change: manifest => manifest.With(weight => weight with { Nonzeros = kept, EmptyBlocks = 1 })))]);
    }

    [Fact, Trait("Id", "CT3010")]
    public Task Fewer_weights_of_several_layers_than_declared()
    {
        const string Source = """
            [Model(4), Prune(0.25, L1, Scope = Scope.Local)]
            public partial class M
            {
                [Linear(2)] private static partial Tensor A(Tensor x);
                [Linear(4)] private static partial Tensor B(Tensor x);
                [Linear(2), Prune(0.5)] private static partial Tensor C(Tensor x);
                private static Tensor Forward(Tensor x) => C(B(A(x)));
            }
            """;

        // Both layers of the class's rule have too many; that is said once.
        var manifest = Artifacts.Manifest("M", source: Source, change: whole => whole with
        {
            Network = new QuantizedNetwork
            {
                Nodes =
                [
                    whole.Network.Nodes[0], Linear("A", 0, 4, 2, whole), Linear("B", 1, 2, 4, whole), Linear("C", 2, 4, 2, whole),
                ],
            },
        });
        return Analyze.Run(
            Source.Replace("Prune(0.5)", "{|CT3010:Prune(0.5)|}", StringComparison.Ordinal)
                .Replace("Prune(0.25, L1, Scope = Scope.Local)", "{|CT3010:Prune(0.25, L1, Scope = Scope.Local)|}",
                    StringComparison.Ordinal),
            artifacts: [(Path, manifest)]);
    }

    private static QuantizedNode Linear(string name, int input, int inputs, int outputs, Manifest manifest)
    {
        var like = manifest.Network.Nodes[1];
        return like with
        {
            Name = name,
            Inputs = [input],
            Shape = Shape.Flat(outputs),
            Weight = like.Weight! with { Dimensions = [outputs, inputs], Nonzeros = inputs * outputs },
        };
    }

    [Fact, Trait("Id", "CT3010")]
    public Task Fewer_weights_of_one_layer_than_declared()
    {
        const string Source = """
            [Model(4)]
            public partial class M
            {
                [Linear(2), Prune(0.5)] private static partial Tensor Head(Tensor x);
                private static Tensor Forward(Tensor x) => Head(x);
            }
            """;
        var manifest = Artifacts.Manifest("M", source: Source,
            change: whole => whole.With(weight => weight with { Nonzeros = 5, EmptyBlocks = 1 }));
        return Analyze.Run(Source.Replace("Prune(0.5)", "{|CT3010:Prune(0.5)|}", StringComparison.Ordinal),
            artifacts: [(Path, manifest.Replace("\n0 = Linear(input) weight", "\nHead = Linear(input) weight", StringComparison.Ordinal))]);
    }

    [Theory, Trait("Id", "CT4003")]
    [InlineData("Quantize(Int8, Backend.OneDnn)", 3, true)]
    [InlineData("Quantize(Int8, Backend.OneDnn)", 0, false)]
    [InlineData("Quantize(Int8, Backend.Fbgemm)", 3, false)]
    public Task Pairs_that_saturate(string quantize, int pairs, bool isReported)
    {
        string Source(string layer) => $"[Model(4)] [{layer}] [{quantize}] public partial class M;";
        return Analyze.Run(Source(isReported ? "{|CT4003:Linear(2)|}" : "Linear(2)"), artifacts: [(Path, Artifacts.Manifest("M",
            source: Source("Linear(2)"), change: manifest => manifest.With(weight => weight with { SaturatingPairs = pairs })))]);
    }

    [Theory, Trait("Id", "CT4004")]
    [InlineData("Prune(0.5)", 4, 0, 9, true)]
    [InlineData("Prune(0.5)", 4, 1, 9, false)]
    [InlineData("Prune(0.5)", 4, 0, 0, true)]
    [InlineData("Prune(0.5, L1, Block = [2, 2])", 4, 0, 9, false)]
    public Task Zeros_that_save_no_time(string rule, int kept, int emptyBlocks, int sparseSteps, bool isReported)
    {
        string Source(string attribute) => $"[Model(4)] [Linear(2)] [{attribute}] public partial class M;";
        var expected = isReported ? $"{{|CT4004:{rule}|}}" : rule;
        return Analyze.Run(Source(expected), artifacts: [(Path, Artifacts.Manifest("M", source: Source(rule), change: manifest =>
            manifest.With(weight => weight with { Nonzeros = kept, EmptyBlocks = emptyBlocks, SparseSteps = sparseSteps })))]);
    }

    [Theory, Trait("Id", "CT4005")]
    [InlineData("true", "x86-64-v2", true)]
    [InlineData("True", "sse4.2,popcnt", true)]
    [InlineData("true", "native,-avx2", true)]
    [InlineData("true", " AVX ; bmi2,-avx512f", true)]
    [InlineData("true", "x86-64-v4;avxvnni", false)]
    [InlineData("true", "sse4.2,haswell", false)]
    [InlineData("true", "x86-64-v3", false)]
    [InlineData("true", "native", false)]
    [InlineData("true", "armv8.2-a", false)]
    [InlineData("true", "", false)]
    [InlineData("false", "x86-64-v2", false)]
    public Task A_native_publish(string isNative, string instructionSet, bool isReported)
    {
        if (isNative != "false")
            Assert.Equal(isReported, TargetsReport(instructionSet));
        return Analyze.Run(s_source.Replace("class M", isReported ? "class {|CT4005:M|}" : "class M", StringComparison.Ordinal),
            artifacts: [(Path, Artifacts.Manifest("M"))], properties: [("PublishAot", isNative), ("IlcInstructionSet", instructionSet)]);
    }

    // The names are the same for other processors, and say nothing there.
    [Theory, Trait("Id", "CT4005")]
    [InlineData("True", true)]
    [InlineData("False", false)]
    public Task A_native_publish_for_other_processors(string isX64, bool isReported) => Analyze.Run(
        s_source.Replace("class M", isReported ? "class {|CT4005:M|}" : "class M", StringComparison.Ordinal),
        artifacts: [(Path, Artifacts.Manifest("M"))],
        properties: [("PublishAot", "true"), ("IlcInstructionSet", "aes"), ("CompileTimeIsX64", isX64)]);

    // The package's targets say CT4005 for projects without a model: by the names that the analyzer knows.
    private static bool TargetsReport(string instructionSet)
    {
        var targets = System.Xml.Linq.XDocument.Load(System.IO.Path.Combine(Docs.DocSnippets.Root(), "Runtime", "buildTransitive", "CompileTime.targets"));
        var names = targets.Descendants("_CompileTimeLesser").Single().Value;
        var call = Regex.Match(targets.Descendants("_CompileTimeIsPortable").Single().Value, @"IsMatch\('\$\(IlcInstructionSet\)', '(.*)'\)\)$");
        Assert.True(call.Success);
        return Regex.IsMatch(instructionSet, call.Groups[1].Value.Replace("$(_CompileTimeLesser)", names, StringComparison.Ordinal));
    }

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
