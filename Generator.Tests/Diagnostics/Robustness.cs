extern alias generator;

using System.Collections.Immutable;
using CompileTime.Generator.Tests.Declaration;
using CompileTime.Generator.Tests.Harness;
using generator::CompileTime.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompileTime.Generator.Tests.Diagnostics;

/// <summary>
/// Code is wrong most of the time while it is being typed. Whatever it is, nothing throws, and a model that cannot be compiled
/// says so.
/// </summary>
public class Robustness
{
    private static readonly string[] s_strays =
        ["0", "-1", "1.5", "null", "x", "Tensor", "[", "]", "(", ")", "{", "}", ";", ",", "static", "partial", "Linear(0)", "Prune(2)", "@class", "/*"];

    [Theory]
    [InlineData(DesignExamples.DigitMlp, 1)]
    [InlineData(DesignExamples.ResNet8, 2)]
    [InlineData(DesignExamples.ResNet8, 3)]
    public async Task Nothing_throws_whatever_is_typed(string source, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var mutant = Mutate(source, random);
            var compilation = TestProject.Compilation(mutant);
            var result = TestProject.Driver(compilation).RunGeneratorsAndUpdateCompilation(compilation, out var completed, out _)
                .GetRunResult().Results.Single();
            Assert.True(result.Exception is null, mutant + "\n" + result.Exception);
            var found = await completed.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new ModelAnalyzer())).GetAllDiagnosticsAsync();
            Assert.True(found.All(diagnostic => diagnostic.Id != "AD0001"), mutant + "\n" + string.Join("\n", found));
            var isUnavailable = result.GeneratedSources.Any(
                file => file.SourceText.ToString().Contains("This model cannot be compiled", StringComparison.Ordinal));
            Assert.True(!isUnavailable || found.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), mutant);
        }
    }

    [Theory]
    [InlineData("[Model(4)] [Linear(2)] public partial struct M;")]
    [InlineData("[Model(4)] [Model(4)] [Linear(2)] public partial class M;")]
    [InlineData("[Model(4)] [Linear(2)] public partial class M; [Model(4)] public partial class M;")]
    [InlineData("[Model(4)] [Linear(2)] public partial class M; [Model(4)] [Linear(2)] public partial record M;")]
    [InlineData("[Model(4)] [Linear(2)] public partial class M<T>; [Model(4)] [Linear(2)] public partial class M;")]
    [InlineData("public partial class O { [Model(4)] [Linear(2)] public partial class M; } "
        + "public partial struct O { [Model(4)] [Linear(2)] public partial class M; }")]
    [InlineData("[Model] [Linear] public partial class M;")]
    [InlineData("[Model(4)] [Linear(2)] [Prune] [Quantize] public partial class M;")]
    [InlineData("[Model(4)] [Linear(2)] [Quantize((Precision)9, (Backend)9)] public partial class M;")]
    [InlineData("[Model(4)] [Linear(2)] [Prune(0.5, (PruningMethod)9)] public partial class M;")]
    [InlineData("[Model(4)] public partial class M { [Linear(2)] private static partial Tensor A(Tensor x); "
        + "[Linear(2)] private static partial Tensor A(Tensor x); private static Tensor Forward(Tensor x) => A(x); }")]
    [InlineData("[Model(4)] public partial class M { private static Tensor Forward(Tensor x) => Concat(); }")]
    [InlineData("[Model(4)] public partial class M { private static Tensor Forward(Tensor x) => Concat([.. new[] { x }]); }")]
    [InlineData("[Model(4)] public partial class M { private static Tensor Forward(Tensor x) { Tensor a; return ReLU(a); } }")]
    [InlineData("[Model(4)] public partial class M { private static Tensor Forward(Tensor x) { } }")]
    [InlineData("[Model(4)] public partial class M { private static Tensor Forward(Tensor x); }")]
    [InlineData("[Model(4)] public partial class M { private static partial Tensor Forward(Tensor x); }")]
    [InlineData("[Model(4)] public partial class M { private static Tensor Forward(Tensor x) => Forward(x); }")]
    public async Task An_error_is_reported_and_nothing_throws(string source)
    {
        var compilation = TestProject.Compilation(source);
        var result = TestProject.Driver(compilation).RunGeneratorsAndUpdateCompilation(compilation, out var completed, out _)
            .GetRunResult().Results.Single();
        Assert.Null(result.Exception);
        var found = await completed.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new ModelAnalyzer())).GetAllDiagnosticsAsync();
        Assert.DoesNotContain(found, diagnostic => diagnostic.Id == "AD0001");
        Assert.Contains(found, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    [Theory]
    [InlineData("M")]
    [InlineData("record")]
    [InlineData("dynamic")]
    [InlineData("async")]
    [InlineData("@class")]
    public void A_class_whose_name_means_something_elsewhere_is_compiled(string name)
    {
        var compilation = TestProject.Generate(TestProject.Compilation(
            "file class M;", $"[Model(4)] [Linear(2)] public partial class {name};"));
        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Contains(compilation.GetTypeByMetadataName(name.TrimStart('@'))!.GetMembers(), member => member.Name == "CreateTrainer");
    }

    [Theory]
    [InlineData("// <auto-generated/>\n[Model(4)] [{|CT1201:Linear(0)|}] public partial class A;")]
    [InlineData("[Model(4)] [{|CT1201:Linear(0)|}]\n#line hidden\npublic partial class A;")]
    public Task A_model_in_text_that_is_not_written_by_hand_is_looked_at_too(string source) => Analyze.Run(source);

    private static string Mutate(string source, Random random)
    {
        var tokens = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Select(token => token.ToFullString()).ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(tokens.Count);
            switch (random.Next(4))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    tokens[at] = s_strays[random.Next(s_strays.Length)] + " ";
                    break;
                case 2:
                    tokens.Insert(at, s_strays[random.Next(s_strays.Length)] + " ");
                    break;
                default:
                    var other = random.Next(tokens.Count);
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
            }
        }

        return string.Concat(tokens);
    }
}
