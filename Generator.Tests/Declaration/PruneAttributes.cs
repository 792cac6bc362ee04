using CompileTime.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Tests.Declaration;

/// <summary>From pruning attributes to the rules of layers.</summary>
public class PruneAttributes
{
    /// <summary>The namespaces of ImplicitUsings, in which Random is a class.</summary>
    private const string ImplicitUsings = """
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;

        """;

    [Theory]
    [InlineData("Prune(0.5, L1, Structure.Filter)", "L1:0.5:global:filter", null)]
    [InlineData("Prune(3, Ln, Structure.Channel, Norm = 2)", "L2:3w:global:dim1", "L2:3w:global:dim1")]
    [InlineData("Prune(0.5, Ln, Dim = -1, Norm = double.PositiveInfinity)", "Linf:0.5:global:dim-1", "Linf:0.5:global:dim-1")]
    [InlineData("Prune(0.5, Ln, Norm = 3)", "L1:0.5:global", "L1:0.5:global")]
    [InlineData("Prune(0.8, L1, Block = [16, 4])", "L1:0.8:global:16x4", "L1:0.8:global:16x4")]
    [InlineData("PruneNofM(2, 4)", "L1:2of4:local", "L1:2of4:local")]
    [InlineData("Prune(Threshold = 1e-3)", "L1:below0.001:local", "L1:below0.001:local")]
    [InlineData("Prune(0.25, Random)", "Random:0.25:global", "Random:0.25:global")]
    [InlineData("Prune(0.6, L1, Scope = Scope.Local)", "L1:0.6:local", "L1:0.6:local")]
    public void Of_a_class(string attribute, string body, string? head)
    {
        var text = Declared.Definition($"[Model(8)] [Linear(16), ReLU, Linear(4)] [{attribute}] public partial class M;", "M");
        Assert.Contains("0 = Linear(input) bias=true prune=" + body + " -> 16\n", text, StringComparison.Ordinal);
        Assert.Contains("2 = Linear(1) bias=true " + (head is null ? "" : "prune=" + head + " ") + "-> 4\n", text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Prune(0.5, L1, Structure.Layer)", "L1:0.5:global:layer")]
    [InlineData("Prune(0.5, Ln, Structure.Layer)", "L2:0.5:global:layer")]
    [InlineData("Prune(1, PruningMethod.Random, Structure.Layer)", "Random:1w:global:layer")]
    public void Whole_layers_are_declared_where_a_branch_ends_and_where_shapes_agree(string attribute, string rule)
    {
        var text = Declared.Definition($$"""
            [Model(1, 8, 8), {{attribute}}]
            public partial class M
            {
                [Conv2d(4, 3, Padding = 1), ReLU] private static partial Tensor Stem(Tensor x);
                [Conv2d(4, 3, Padding = 1), BatchNorm, ReLU] private static partial Tensor A(Tensor x);
                [Conv2d(4, 3, Padding = 1), BatchNorm] private static partial Tensor B(Tensor x);
                [Conv2d(4, 3, Padding = 1), ReLU] private static partial Tensor C(Tensor x);
                [Conv2d(4, 3, Padding = 1)] private static partial Tensor D(Tensor x);
                [Conv2d(4, 1)] private static partial Tensor Shortcut(Tensor x);
                [Flatten, Linear(2)] private static partial Tensor Head(Tensor x);
                private static Tensor Forward(Tensor x)
                {
                    x = Stem(x);
                    x = ReLU(Add(x, B(A(x))));
                    return Head(Add(Shortcut(x), D(C(x))));
                }
            }
            """, "M");
        Assert.Equal(["B.0", "Shortcut", "D"],
            text.Split('\n').Where(line => line.Contains("prune=" + rule + " ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[0]));
        Assert.Equal(3, text.Split("prune=").Length - 1);
    }

    [Fact]
    public void A_layers_own_rule_is_local() => Assert.Contains(
        "A = Linear(input) bias=true prune=Random:0.25:local -> 4\n",
        Declared.Definition("""
            [Model(4), Prune(0.5, L1, Structure.Filter)]
            public partial class M
            {
                [Linear(4), Prune(0.25, Random)] private static partial Tensor A(Tensor x);
                [Linear(4)] private static partial Tensor B(Tensor x);
                [Linear(2)] private static partial Tensor C(Tensor x);
                private static Tensor Forward(Tensor x) => C(B(A(x)));
            }
            """, "M"),
        StringComparison.Ordinal);

    /// <summary>With the usings of an ordinary project, Random in an attribute is our method, and everywhere else System.Random.</summary>
    [Theory]
    [InlineData("public partial class M { public int Draw() => new Random(1).Next(); }")]
    [InlineData("namespace A.@event { public partial class O<T> { } public partial struct S { X public partial record M; } }")]
    [InlineData("public class Other { public int Draw() => Random.Shared.Next() + new Random(1).Next(); }")]
    public void Random_is_the_method_in_the_attribute_only(string more)
    {
        const string Model = "[Model(4)] [Linear(2)] [Prune(0.25, Random)]";
        var source = more.Contains(" X ", StringComparison.Ordinal)
            ? more.Replace(" X ", " " + Model + " ", StringComparison.Ordinal)
            : Model + " public partial class M; " + more;

        // Missing documentation is the test's own.
        var completed = TestProject.Generate(TestProject.Compilation(ImplicitUsings + source));
        Assert.Empty(completed.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && diagnostic.Id != "CS1591"));
        Assert.Contains("prune=Random:0.25:global", TestProject.GeneratedText(TestProject.Compilation(ImplicitUsings + source)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_bare_name_there_is_no_constant() => Assert.DoesNotContain(
        " Random ",
        TestProject.GeneratedText(
            TestProject.Compilation("[Model(4)] [Linear(2)] [Prune(0.25, PruningMethod.Random)] public partial class M;")),
        StringComparison.Ordinal);
}
