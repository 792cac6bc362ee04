using System.Globalization;
using CompileTime.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompileTime.Generator.Tests.Declaration;

/// <summary>What is generated completes the user's class without an error or a warning, whatever surrounds it.</summary>
public class GeneratedMembers
{
    [Theory]
    [InlineData(DesignExamples.DigitMlp)]
    [InlineData(DesignExamples.ResNet8)]
    public void The_design_examples_compile(string source) => Compiles(TestProject.Compilation(source));

    [Theory]
    [InlineData("[Model(4)] [Linear(2)] public partial class M;")]
    [InlineData("[Model(4)] [Linear(2)] internal sealed partial class M { }")]
    [InlineData("[Model(4)] [Linear(2)] public partial record M;")]
    [InlineData("[Model(4)] [Linear(2)] public partial record class M { public int X { get; init; } }")]
    [InlineData("[Model(4)] [Linear(2)] public partial class @class;")]
    [InlineData("namespace @namespace.Inner { [Model(4)] [Linear(2)] partial class @class { } }")]
    [InlineData("[Model(4)] [Linear(2)] public partial class Größe;")]
    [InlineData("public partial class Outer { [Model(4)] [Linear(2)] private protected partial class M; }")]
    [InlineData("public partial struct Outer { public partial interface @in { [Model(4)] [Linear(2)] public partial class M; } }")]
    [InlineData("public static partial class Outer { public partial record struct R(int A) { [Model(4)] [Linear(2)] public partial class M; } }")]
    [InlineData("namespace System.Demo { [Model(4)] [Linear(2)] public partial class M; }")]
    [InlineData("namespace Demo.CompileTime { [global::CompileTime.Model(4)] [global::CompileTime.Linear(2)] public partial class M; }")]
    [InlineData("namespace Demo { public class System; public class Tensor; [Model(4)] [Linear(2)] public partial class M; }")]
    [InlineData("[Model(4)] [Linear(2)] public partial class A; [Model(4)] [Linear(3)] public partial class B;")]
    [InlineData("public class Base { public const int InputLength = 3; "
        + "public virtual void Predict(ReadOnlySpan<float> x, Span<float> y) { } } "
        + "[Model(4)] [Linear(2)] public partial class M : Base;")]
    public void Whatever_the_class_is(string source) => Compiles(TestProject.Compilation(source));

    [Theory]
    [InlineData("private static partial Tensor @fixed(Tensor @in);", "@fixed")]
    [InlineData("internal static partial Tensor Head(Tensor x);", "Head")]
    [InlineData("static private partial Tensor Head(Tensor x);", "Head")]
    [InlineData("public static partial Tensor Head(Tensor x);", "Head")]
    [InlineData("private static partial global::CompileTime.Tensor Head(CompileTime.Tensor value);", "Head")]
    public void Whatever_the_layer_method_is(string method, string name) => Compiles(TestProject.Compilation(
        $"[Model(4)] public partial class M {{ [Linear(2)] {method} private static Tensor Forward(Tensor x) => {name}(x); }}"));

    [Theory]
    [InlineData(LanguageVersion.CSharp9)]
    [InlineData(LanguageVersion.CSharp10)]
    [InlineData(LanguageVersion.CSharp11)]
    [InlineData(LanguageVersion.CSharp12)]
    [InlineData(LanguageVersion.CSharp13)]
    [InlineData(LanguageVersion.Latest)]
    [InlineData(LanguageVersion.Preview)]
    public void Whatever_the_language_version_is(LanguageVersion version)
    {
        var source = DesignExamples.ResNet8.Replace("namespace Demo;", "namespace Demo {", StringComparison.Ordinal) + "\n}";
        Compiles(TestProject.Compilation(version, version >= LanguageVersion.CSharp10
            ? source
            : TestProject.Usings.Replace("global using", "using", StringComparison.Ordinal) + "\n" + source));
    }

    [Theory]
    [InlineData(NullableContextOptions.Disable, true)]
    [InlineData(NullableContextOptions.Annotations, false)]
    [InlineData(NullableContextOptions.Warnings, true)]
    [InlineData(NullableContextOptions.Enable, true)]
    public void Whatever_the_options_are(NullableContextOptions nullable, bool checkOverflow)
    {
        var compilation = TestProject.Compilation(DesignExamples.DigitMlp, DesignExamples.ResNet8);
        Compiles(compilation.WithOptions(compilation.Options.WithNullableContextOptions(nullable).WithOverflowChecks(checkOverflow)
            .WithGeneralDiagnosticOption(ReportDiagnostic.Default).WithWarningLevel(9999)));
    }

    [Theory]
    [InlineData(NullableContextOptions.Disable, LanguageVersion.CSharp10)]
    [InlineData(NullableContextOptions.Enable, LanguageVersion.CSharp12)]
    [InlineData(NullableContextOptions.Enable, LanguageVersion.Preview)]
    public void With_weights_compiled_in(NullableContextOptions nullable, LanguageVersion version)
    {
        var compilation = TestProject.Compilation(version, Artifacts.Source("M").Replace(";", " { }", StringComparison.Ordinal));
        Compiles(
            compilation.WithOptions(compilation.Options.WithNullableContextOptions(nullable).WithOverflowChecks(true)),
            new TextFile("/project/Models/M.ctm", Artifacts.Manifest("M")));
    }

    [Theory]
    [InlineData("/// <summary>Finds <see cref=\"Edge\"/>s &amp; more.</summary>",
        "/// <summary>Finds <see cref=\"T:Demo.Other.Edge\"/>s &amp; more.</summary>\n"
        + "        /// <remarks>Linear: 4 -> 2, 10 parameters, 8 multiplications.</remarks>")]
    [InlineData("/// <summary>A.</summary>\n/// <remarks>B.</remarks>", "/// <summary>A.</summary>\n"
        + "        /// <remarks>B.<para>Linear: 4 -> 2, 10 parameters, 8 multiplications.</para></remarks>")]
    [InlineData("/// <summary>Not closed.", "/// <summary>Linear: 4 -> 2, 10 parameters, 8 multiplications.</summary>")]
    [InlineData("// No documentation.", "/// <summary>Linear: 4 -> 2, 10 parameters, 8 multiplications.</summary>")]
    public void A_layers_own_documentation_stays(string comment, string expected)
    {
        var compilation = TestProject.Compilation($$"""
            using Demo.Other;
            namespace Demo.Other { public class Edge; }
            namespace Demo
            {
                [Model(4)]
                public partial class M
                {
                    {{comment}}
                    [Linear(2)] private static partial Tensor Head(Tensor x);
                    private static Tensor Forward(Tensor x) => Head(x);
                }
            }
            """);
        var generated = TestProject.GeneratedText(compilation);
        Assert.Contains(expected.Replace("->", "-&gt;", StringComparison.Ordinal), generated, StringComparison.Ordinal);
        Compiles(compilation);
    }

    [Fact]
    public void The_culture_leaves_no_trace()
    {
        // Made here, so that it does not depend on the cultures that the machine knows: a German comma, a Swedish minus.
        var hostile = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        hostile.NumberFormat.NumberDecimalSeparator = ",";
        hostile.NumberFormat.NumberGroupSeparator = ".";
        hostile.NumberFormat.NegativeSign = "\u2212";
        Assert.Equal("\u22120,5", (-0.5).ToString(hostile));

        var compilation = TestProject.Compilation(DesignExamples.ResNet8,
            "[Model(4, InputScale = 1 / 255f, InputOffset = -0.5f)] [Linear(2), BatchNorm(Eps = 1e-3)] [Prune(0.5)] public partial class I;");
        var expected = TestProject.GeneratedText(compilation);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = hostile;
            Assert.Equal(expected, TestProject.GeneratedText(compilation));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_class_that_cannot_be_compiled_says_why_when_it_is_used()
    {
        var generated = TestProject.GeneratedText(TestProject.Compilation("[Model(4)] [Linear(0)] public partial class M;"));
        Assert.Contains("CreateTrainer", generated, StringComparison.Ordinal);
        Assert.Contains("CT1201: Linear '0': OutFeatures is 0, and must be at least 1", generated, StringComparison.Ordinal);
    }

    private static void Compiles(CSharpCompilation compilation, params AdditionalText[] files)
    {
        var completed = TestProject.Generate(compilation, files);
        var generated = completed.SyntaxTrees.Except(compilation.SyntaxTrees).ToHashSet();
        Assert.NotEmpty(generated);
        var found = completed.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error
            || (diagnostic.Severity >= DiagnosticSeverity.Info && generated.Contains(diagnostic.Location.SourceTree!)));
        Assert.True(!found.Any(), string.Join("\n", found.Concat<object>(generated)));
    }
}
