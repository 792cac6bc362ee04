extern alias generator;

using CompileTime.Generator.Tests.Harness;
using generator::CompileTime.Generator;
using generator::CompileTime.Generator.Declaration;
using generator::CompileTime.Generator.Diagnostics;
using generator::CompileTime.Generator.Manifests;

namespace CompileTime.Generator.Tests.Diagnostics;

/// <summary>
/// Messages in full, where they say more than one thing: what is wrong, what is there, where it came from, what would be right.
/// </summary>
public class Messages
{
    [Theory]
    [InlineData("1, 28, 28", "Conv2d(6, 5), ReLU, Linear(10)",
        "Linear '2' takes a vector of features, but ReLU '1' gives 6x24x24; add [Flatten] before it")]
    [InlineData("784", "Linear(300), Conv2d(6, 5)",
        "Conv2d '1' takes an image (channels, height, width), but Linear '0' gives 300; put this layer before the one that makes a "
            + "vector of it")]
    [InlineData("784", "Conv2d(6, 5)",
        "Conv2d '0' takes an image (channels, height, width), but the network's input gives 784; "
        + "declare the input as [Model(channels, height, width)]")]
    [InlineData("3, 4, 5", "Conv2d(6, 3, 7, Dilation = 2, Paddings = new[] { 0, 1 })",
        "Conv2d '0': the kernel covers 5x13, but the network's input gives 4x5, which is 4x7 with its padding; "
        + "make the kernel smaller or add padding")]
    [InlineData("4, 8, 8", "ReLU, Conv2d(6, 3, Groups = 4)",
        "Conv2d '1': Groups = 4 must divide both the 4 input channels (from ReLU '0') and the 6 output channels")]
    [InlineData("784", "Linear(300), Linear(10, InFeatures = 784)",
        "Linear '1': InFeatures is given as 784, but Linear '0' gives 300; write InFeatures = 300, or leave it out to have it inferred")]
    [InlineData("3, 8, 8", "MaxPool2d(2, Padding = 2)",
        "MaxPool2d '0': the vertical padding is 2, and must be at most half of the window, 1 "
        + "| MaxPool2d '0': the horizontal padding is 2, and must be at most half of the window, 1")]
    [InlineData("784", "Softmax, Linear(2), Prune(2000)",
        "Softmax '0' is followed by Linear '1'; Softmax is computed in float on the final result, so it can only be the last layer "
        + "| [Prune(2000)] cannot be applied: an integer is a number of weights, and the layers that it applies to have 1568 weights "
        + "together")]
    [InlineData("4", "Linear(4), Linear(2), Prune(60.0)",
        "[Prune(60.0)] cannot be applied: a fraction must be from 0 to 1, such as 0.6 for 60 %")]
    public void Of_a_sequence(string input, string layers, string expected) =>
        Assert.Equal(expected, Of($"[Model({input})] [{layers}] public partial class M;"));

    [Fact]
    public void Of_an_addition() => Assert.Equal(
        "Add 'add' needs equal shapes, but Conv2d 'A' gives 3x8x8 and ReLU 'B.1' gives 3x6x6",
        Of("""
            [Model(3, 8, 8)]
            public partial class M
            {
                [Conv2d(3, 3, Padding = 1)] private static partial Tensor A(Tensor x);
                [Conv2d(3, 3), ReLU] private static partial Tensor B(Tensor x);
                private static Tensor Forward(Tensor x) => Add(A(x), B(x));
            }
            """));

    [Fact]
    public void Of_filters_that_only_go_together() => Assert.Equal(
        "[Prune(3)] cannot be applied: an integer is a number of filters, and the layers that it applies to have 2 filters together, "
        + "those that can only go together counted as one",
        Of("""
            [Model(1, 8, 8), Prune(3, L1, Structure.Filter)]
            public partial class M
            {
                [Conv2d(8, 3)] private static partial Tensor A(Tensor x);
                [Conv2d(4, 1, Groups = 2)] private static partial Tensor B(Tensor x);
                [Flatten, Linear(2)] private static partial Tensor Head(Tensor x);
                private static Tensor Forward(Tensor x) => Head(B(A(x)));
            }
            """));

    [Fact]
    public void Of_a_stale_artifact() => Assert.Equal(
        "'M.ctm' was trained from a declaration that has changed since: it was '0 = Linear(input) bias=true -> 2' and is now "
        + "'0 = Linear(input) bias=true -> 3'; train it and save it again, until then 'new M()' throws",
        Of(Artifacts.Source("M", outputs: 3), new ManifestSource("/anywhere/Models/M.ctm", Artifacts.Manifest("M"), "CompileTime/M.ctw")));

    private static string Of(string source, params ManifestSource[] manifests) => string.Join(" | ", ModelCompiler
        .Compile(new ModelInput(Declared.Read(source, "M"), new EquatableArray<ManifestSource>(manifests),
            new CompilerFacts(AllowsUnsafe: true)))
        .Problems.Select(Catalogue.Message));
}
