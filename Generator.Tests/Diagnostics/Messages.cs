extern alias generator;

using System.Text.RegularExpressions;
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
        "Conv2d '1': Groups = 4 must divide both the 4 input channels (from ReLU '0') and the 6 output channels; "
        + "the largest number that does is 2")]
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

    [Theory]
    [InlineData("Conv2d(3, 3), ReLU", "Add(A(x), B(x))",
        "Add 'add' needs equal shapes, but Conv2d 'A' gives 3x8x8 and ReLU 'B.1' gives 3x6x6; "
        + "Padding and Stride make heights and widths equal")]
    [InlineData("Conv2d(5, 3, Padding = 1)", "Add(A(x), B(x))",
        "Add 'add' needs equal shapes, but Conv2d 'A' gives 3x8x8 and Conv2d 'B' gives 5x8x8; "
        + "make them equal, for instance by Conv2d(3, 1) behind Conv2d 'B'")]
    [InlineData("Flatten, Linear(5)", "Add(Flatten(A(x)), B(x))",
        "Add 'add' needs equal shapes, but Flatten 'flatten' gives 192 and Linear 'B.1' gives 5; "
        + "make them equal, for instance by Linear(192) behind Linear 'B.1'")]
    [InlineData("Flatten, Linear(5)", "Concat(A(x), B(x))",
        "Concat 'concat' needs shapes that differ in their channels only, but Conv2d 'A' gives 3x8x8 and Linear 'B.1' gives 5; "
        + "put Flatten behind the image, or GlobalAvgPool2d and Flatten")]
    public void Of_shapes_that_differ(string layers, string result, string expected) => Assert.Equal(expected, Of($$"""
        [Model(3, 8, 8)]
        public partial class M
        {
            [Conv2d(3, 3, Padding = 1)] private static partial Tensor A(Tensor x);
            [{{layers}}] private static partial Tensor B(Tensor x);
            private static Tensor Forward(Tensor x) => {{result}};
        }
        """));

    [Theory]
    [InlineData("return Head(x is Tensor t ? t : x);", "A conditional expression")]
    [InlineData("return Head((Tensor)(object)x);", "A conversion, '(Tensor)(object)x',")]
    [InlineData("return Head(s_x);", "A field or property")]
    [InlineData("return Head(s_all[0]);", "'s_all[0]'")]
    [InlineData("var k = 2; return MaxPool2d(Head(x), k);", "'k', a local that is neither a Tensor nor const,")]
    [InlineData("return MaxPool2d(Head(x), s_k);", "'s_k', which is not declared const,")]
    [InlineData("return MaxPool2d(Head(x), Math.Max(1, 2));", "'Math.Max(1, 2)', an argument that is no constant,")]
    public void Of_what_has_no_place_in_Forward(string body, string expected)
    {
        var message = Of($$"""
            [Model(3, 8, 8)]
            public partial class M
            {
                private static readonly int s_k = 2;
                private static readonly Tensor s_x = null!;
                private static readonly Tensor[] s_all = [];
                [Conv2d(3, 3)] private static partial Tensor Head(Tensor x);
                private static Tensor Forward(Tensor x) { {{body}} }
            }
            """);
        Assert.StartsWith(expected + " cannot be compiled into a network; ", message, StringComparison.Ordinal);
    }

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

    [Theory]
    [InlineData("[Linear(2), ReLU]", "'1 = ReLU(0) -> 2' is new")]
    [InlineData("[Linear(2, Bias = false)]", "in '0' 'bias=true' has become 'bias=false'")]
    [InlineData("[ReLU, Linear(2)]", "in '0' 'Linear(input) bias=true -> 2' has become 'ReLU(input) -> 4'")]
    [InlineData("[Linear(2)] [Quantize(Int8, Backend.Fbgemm)]", "'quantize Int8 Fbgemm' is new")]
    public void Of_what_differs_first_in_a_stale_artifact(string layers, string expected)
    {
        var message = Of($"[Model(4)] {layers} public partial class M;",
            new ManifestSource("/Models/M.ctm", Artifacts.Manifest("M"), "CompileTime/M.ctw"));
        Assert.StartsWith("'M.ctm' was trained from a declaration that has changed since: " + expected + "; train it", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_artifact_whose_class_was_renamed()
    {
        var renamed = new Example("namespace Demo { public partial class Outer { [Model(4)] [Linear(2)] public partial class N; } } "
            + "[Model(4)] [Linear(3)] public partial class O;") { Manifests = [Artifacts.Manifest("M")] };
        Assert.Equal("This artifact is of a model 'M', and no class with [Model] has that name; 'Demo.Outer.N' has the same network: "
            + "if it was renamed, give it back this name, or train it and delete the file", await Orphan(renamed));
        const string Plain =
            "This artifact is of a model 'M', and no class with [Model] has that name; rename the class or delete the file";
        Assert.Equal(Plain, await Orphan(renamed with { Source = "[Model(4)] [Linear(3)] public partial class O;" }));

        // One that has an artifact of its own was not renamed, and a network that is wrong is none.
        string[] both = [Artifacts.Manifest("M"), Artifacts.Manifest("N")];
        Assert.Equal(Plain, await Orphan(new Example(Artifacts.Source("N")) { Manifests = both }));
        Assert.Equal(Plain, await Orphan(renamed with { Source = "[Model(4)] [Linear(0)] public partial class O;" }));

        static async Task<string> Orphan(Example example) => (await example.Analyze()).Single(found => found.Id == "CT3005").GetMessage();
    }

    [Fact]
    public void Of_a_rule_that_only_some_layers_follow() => Assert.StartsWith(
        "[Quantize] on 'Norm' has no effect on some of its layers: BatchNorm 'Norm.0' and ReLU 'Norm.1' become part of Linear 'Body', "
        + "which follows another rule; move what becomes part of it to its method | ",
        Of("""
            [Model(4), Quantize(Int8, Backend.Fbgemm)]
            public partial class M
            {
                [Linear(4)] private static partial Tensor Body(Tensor x);
                [BatchNorm, ReLU, Linear(3), Quantize(Float32)] private static partial Tensor Norm(Tensor x);
                [Linear(2)] private static partial Tensor Head(Tensor x);
                private static Tensor Forward(Tensor x) => Head(Norm(Body(x)));
            }
            """), StringComparison.Ordinal);

    [Fact]
    public void Of_a_stale_artifact() => Assert.Equal(
        "'M.ctm' was trained from a declaration that has changed since: in '0' '-> 2' has become '-> 3'; "
        + "train it and save it again, until then 'new M()' throws",
        Of(Artifacts.Source("M", outputs: 3), new ManifestSource("/anywhere/Models/M.ctm", Artifacts.Manifest("M"), "CompileTime/M.ctw")));

    [Theory]
    [InlineData("[Model(4)] public partial class M { [Linear(2)] private static partial Tensor input(Tensor x); "
        + "private static Tensor Forward(Tensor x) => input(x); }",
        "'input' cannot be a layer method: the name 'input' stands for the network's input; give it another name")]
    [InlineData("[Model(4)] public partial class M { [Linear(2)] private partial Tensor Head(Tensor x); "
        + "private static Tensor Forward(Tensor x) => Head(x); }",
        "'Head' cannot be a layer method: it is not static; write 'private static partial Tensor Head(Tensor x);'")]
    [InlineData("[Model(4)] [Linear(2)] [Prune(1)] public partial class M;",
        "The integer 1 prunes 1 of 8 weights; a fraction has a decimal point, such as 0.5 for half of them")]
    [InlineData("[Model(784)] [Linear(10)] [Prune(60)] public partial class M;",
        "The integer 60 prunes 60 of 7840 weights; a fraction has a decimal point, such as 0.6 for 60 %")]
    [InlineData("[Model(784)] [Linear(40)] [Prune(5, L1, Block = [4, 4])] public partial class M;",
        "The integer 5 prunes 5 of 1960 blocks; a fraction has a decimal point, such as 0.05 for 5 %")]
    [InlineData("[Model(4)] [Linear(2)] [Prune(1.0)] public partial class M;",
        "[Prune(1.0)] prunes all of the 8 weights; choose an amount in between, or remove the attribute")]
    [InlineData("[Model(4)] [Linear(4), Linear(2)] [Prune(0.05, L1, Scope = Scope.Local)] public partial class M;",
        "[Prune(0.05)] prunes none of the 8 weights of Linear '1'; choose an amount in between, or remove the attribute")]
    [InlineData("[Model(4)] [Linear(2)] public partial class M;",
        "'M' has no trained weights yet: M.CreateTrainer() gives a trainer; train, calibrate, convert and save to Models/M; "
        + "until then 'new M()' throws")]
    [InlineData("[Model(4)] [Linear(4), ReLU, BatchNorm] [Quantize(Int8)] public partial class M;",
        "BatchNorm '2' cannot be folded into weights, which quantizing needs: it follows ReLU '1', which has no weights; "
        + "put it directly behind a Linear or Conv2d whose result nothing else reads, or remove it")]
    [InlineData("[Model(4), Quantize(Int8)] public partial class M { [Linear(4)] private static partial Tensor A(Tensor x); "
        + "[BatchNorm, ReLU, Quantize(Float32)] private static partial Tensor B(Tensor x); "
        + "private static Tensor Forward(Tensor x) => B(A(x)); }",
        "[Quantize] on 'B' has no effect: BatchNorm 'B.0' and ReLU 'B.1' become part of Linear 'A', which follows another rule; "
        + "put it on that layer, or remove it")]
    [InlineData("[Model(4), Quantize(Int8)] public partial class M { "
        + "[Linear(4), Quantize(Int8, Backend.OneDnn)] private static partial Tensor A(Tensor x); "
        + "[Linear(2)] private static partial Tensor B(Tensor x); private static Tensor Forward(Tensor x) => B(A(x)); }",
        "Linear 'B' is declared for Backend.Fbgemm, but Linear 'A', which it reads, is calibrated for Backend.OneDnn: "
        + "its values span 0..255, and a slower kernel must run that is exact for them; give both layers one rule")]
    [InlineData("[Model(4), Quantize(Int8)] public partial class M { [Linear(4)] private static partial Tensor A(Tensor x); "
        + "[ELU, Quantize(Float32)] private static partial Tensor B(Tensor x); [Linear(2)] private static partial Tensor C(Tensor x); "
        + "private static Tensor Forward(Tensor x) => C(B(A(x))); }",
        "[Quantize(Float32)] costs conversions and gains no accuracy here: what ELU 'B' reads is int8, and so is what is made of it; "
        + "remove the attribute")]
    public void Of_rules_and_methods(string source, string expected) =>
        Assert.Equal(expected, Of(source).Split(" | ")[0]);

    [Theory]
    [InlineData("/p/Models/M.ctm", "/p/Models/Old.ctm", "M.ctm")]
    [InlineData("/p/Models/a/M.ctm", "/p/Models/b/M.ctm", "a/M.ctm")]
    [InlineData("C:\\p\\Models\\M.ctm", "C:\\p\\Models\\old\\M.ctm", "M.ctm")]
    public void Of_two_artifacts(string one, string other, string expected)
    {
        var manifest = Artifacts.Manifest("M");
        Assert.Equal($"'M' already has the artifact '{expected}'; delete one of the two files",
            Of(Artifacts.Source("M"), new(one, manifest, "M.ctw"), new(other, manifest, "O.ctw")));
    }

    [Fact]
    public void Of_artifacts_that_fall_short()
    {
        const string Source = "[Model(4)] [Linear(2)] [Prune(0.5)] [Budget(Accuracy = 0.98, Macs = 7)] public partial class M;";
        var manifest = Artifacts.Manifest("M", source: Source,
            change: whole => whole with { ValidationSamples = 10000, Validation = [new("int8", 0.9731)] });
        Assert.Equal(
            "[Budget(Macs = 7)] is not met: the network of 'M.ctm' takes 8 multiply-accumulates; "
            + "make layers smaller or prune by Structure.Filter, or change the budget "
            + "| [Budget(Accuracy = 0.98)] is not met: 'M.ctm' records an accuracy of 0.9731 in int8, on 10000 samples; "
            + "train it further, or change the budget "
            + "| 'M.ctm' keeps 8 of 8 weights, where [Prune(0.5)] leaves 4 at most; call trainer.Prune() before Convert, and save it again",
            Of(Source, new ManifestSource("/anywhere/Models/M.ctm", manifest, "CompileTime/M.ctw")));
    }

    [Fact]
    public void Of_zeros_that_save_no_time()
    {
        // As in the first layer of a LeNet-300-100 at 60 %: many weights, each output's at places of its own.
        const string Source = "[Model(784)] [Linear(300)] [Prune(0.6)] public partial class M;";
        var manifest = Artifacts.Manifest("M", outputs: 300, source: Source, inputs: 784,
            change: whole => whole.With(weight => weight with { Nonzeros = 91119, EmptyBlocks = 0, SparseSteps = 1973 }));
        var message = Of(Source, new ManifestSource("/anywhere/Models/M.ctm", manifest, "CompileTime/M.ctw"));
        var found = Regex.Match(message,
            @"^The zeros of \[Prune\(0.6\)\] save bytes but no time in Linear '0' \(sparse from about (\d+) %\), where");
        Assert.True(found.Success, message);
        Assert.InRange(int.Parse(found.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 61, 95);
    }

    [Theory]
    [InlineData(4, 16, "Block = [16, 4] would")]
    [InlineData(4, 8, "no pattern would in a layer so small")]
    public void Of_zeros_that_could_save_time(int inputs, int outputs, string expected)
    {
        var source = $"[Model({inputs})] [Linear({outputs})] [Prune(0.5)] public partial class M;";
        var manifest = Artifacts.Manifest("M", outputs, source: source, inputs: inputs,
            change: whole => whole.With(weight => weight with { Nonzeros = inputs * outputs / 2, EmptyBlocks = 0 }));
        Assert.EndsWith(", where vector kernels multiply them, too; " + expected,
            Of(source, new ManifestSource("/anywhere/Models/M.ctm", manifest, "CompileTime/M.ctw")), StringComparison.Ordinal);
    }

    private static string Of(string source, params ManifestSource[] manifests) => string.Join(" | ", ModelCompiler
        .Compile(new ModelInput(Declared.Read(source, "M"), new EquatableArray<ManifestSource>(manifests),
            new CompilerFacts(AllowsUnsafe: true)))
        .Problems.Select(Catalogue.Message));
}
