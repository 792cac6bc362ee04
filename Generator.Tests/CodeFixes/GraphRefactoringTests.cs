extern alias fixes;
extern alias generator;

using CompileTime.Generator.Tests.Declaration;
using CompileTime.Generator.Tests.Harness;
using fixes::CompileTime.CodeFixes;
using generator::CompileTime.Generator.Diagnostics;
using generator::CompileTime.Generator.Graph;
using generator::CompileTime.Shared;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.Generator.Tests.CodeFixes;

/// <summary>
/// A sequence becomes a graph: the text is as a person would write it, and the network is the same but for its layers' names.
/// </summary>
public class GraphRefactoringTests
{
    [Fact]
    public Task The_example_of_the_design() => Becomes(
        DesignExamples.DigitMlp,
        """
        namespace Demo;

        [Model(784)]
        [Prune(0.6, L1)]
        [Quantize(Int8, Backend.Fbgemm)]
        public partial class DigitMlp
        {
            [Linear(300), ReLU] private static partial Tensor Linear1(Tensor x);
            [Linear(100), ReLU] private static partial Tensor Linear2(Tensor x);
            [Linear(10)] private static partial Tensor Linear3(Tensor x);

            private static Tensor Forward(Tensor x)
            {
                x = Linear1(x);
                x = Linear2(x);
                return Linear3(x);
            }
        }
        """,
        "Demo.DigitMlp");

    [Fact]
    public Task Comments_go_with_their_layers_and_members_stay() => Becomes(
        """
        namespace Demo
        {
            /// <summary>Digits.</summary>
            // About the class.
            [Model(1, 28, 28), Dropout(0.1)]
            // The first stage.
            [Conv2d(6, 5 /* big */, Padding = 2), BatchNorm, ReLU] // large
            [Conv2d(Channels, 5), // the second stage
             ReLU, MaxPool2d(2)]
            [Flatten, Linear(120), ReLU, Linear(10), Softmax]
            [Prune(0.5, Random)]
            internal sealed partial record Digits
            {
                public int A { get; }

                private const int Channels = 16;
                public void Linear1() { } // not a layer
            }
        }
        """,
        """
        namespace Demo
        {
            /// <summary>Digits.</summary>
            // About the class.
            [Model(1, 28, 28)]
            [Prune(0.5, Random)]
            internal sealed partial record Digits
            {
                // The first stage.
                // large
                [Dropout(0.1), Conv2d(6, 5 /* big */, Padding = 2), BatchNorm, ReLU] private static partial Tensor Conv1(Tensor x);
                // the second stage
                [Conv2d(Channels, 5), ReLU, MaxPool2d(2)] private static partial Tensor Conv2(Tensor x);
                [Flatten, Linear(120), ReLU] private static partial Tensor Linear2(Tensor x);
                [Linear(10), Softmax] private static partial Tensor Linear3(Tensor x);

                private static Tensor Forward(Tensor x)
                {
                    x = Conv1(x);
                    x = Conv2(x);
                    x = Linear2(x);
                    return Linear3(x);
                }

                public int A { get; }

                private const int Channels = 16;
                public void Linear1() { } // not a layer
            }
        }
        """,
        "Demo.Digits");

    [Fact]
    public Task On_one_line_and_without_the_packages_usings() => Becomes(
        "[CompileTime.Model(4)] [CompileTime.ReLU] public partial class M { }",
        """
        [CompileTime.Model(4)] public partial class M {
            [CompileTime.ReLU] private static partial Tensor Layers1(Tensor x);

            private static Tensor Forward(Tensor x)
            {
                return Layers1(x);
            }
        }
        """,
        "M");

    [Theory]
    [InlineData("[Model(4)] public partial class M { [Linear(2)] private static partial Tensor A(Tensor x); "
        + "static Tensor Forward(Tensor x) => A(x); }")]
    [InlineData("[Model(4)] [Linear(2)] public partial class M { private int Forward => 3; }")]
    [InlineData("[Model(4)] [Linear(2)] public partial class M; [ReLU] public partial class M;")]
    [InlineData("[Linear(2)] public partial class M;")]
    [InlineData("[Model(4)] public partial class M;")]
    [InlineData("[Model(4)]\n#if false\n[Linear(2)]\n#endif\n[ReLU] public partial class M;")]
    [InlineData("public partial class M { void N() { } }")]
    public async Task Is_not_offered(string source) =>
        Assert.Empty(await Offered(source, source.IndexOf("class M", StringComparison.Ordinal)));

    [Fact]
    public async Task Is_offered_on_the_header_only()
    {
        const string Source = "[Model(4)] [Linear(2)] public partial class M { public int N() => 3; }";
        Assert.Single(await Offered(Source, Source.IndexOf("Linear", StringComparison.Ordinal)));
        Assert.Single(await Offered(Source, Source.IndexOf("M {", StringComparison.Ordinal)));
        Assert.Empty(await Offered(Source, Source.IndexOf("N()", StringComparison.Ordinal)));
    }

    private static async Task Becomes(string source, string expected, string name)
    {
        var action = Assert.Single(await Offered(source, source.IndexOf("partial", StringComparison.Ordinal)));
        Assert.Equal($"Turn the layers of '{name.Split('.').Last()}' into layer methods and a Forward (to be trained again)", action.Title);
        var text = (await (await Editor.Apply(action)).Projects.Single().Documents.Last().GetTextAsync()).ToString();
        Assert.Equal(expected, text);
        Assert.Equal(Network(source, name), Network(text, name));
    }

    private static async Task<IReadOnlyList<CodeAction>> Offered(string source, int caret)
    {
        var actions = new List<CodeAction>();
        await new GraphRefactoring().ComputeRefactoringsAsync(
            new CodeRefactoringContext(Editor.Open(source).Documents.Last(), new TextSpan(caret, 0), actions.Add, CancellationToken.None));
        return actions;
    }

    // With layers named by their numbers.
    private static string Network(string source, string name)
    {
        var problems = new List<Problem>();
        var network = NetworkBuilder.Build(Declared.Read(source, name), problems);
        Assert.Empty(problems);
        var numbers = network!.Layers.Select((layer, i) => (layer.Name, Number: "n" + i))
            .Append((NetworkDefinition.InputName, NetworkDefinition.InputName)).ToDictionary();
        return DefinitionText.Write(network with
        {
            Layers =
            [
                .. network.Layers.Select(layer =>
                    layer with { Name = numbers[layer.Name], Inputs = [.. layer.Inputs.Select(input => numbers[input])] }),
            ],
        });
    }
}
