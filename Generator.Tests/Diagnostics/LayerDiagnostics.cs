using CompileTime.Generator.Tests.Harness;

namespace CompileTime.Generator.Tests.Diagnostics;

/// <summary>CT12xx: sizes and shapes.</summary>
public class LayerDiagnostics
{
    private static Task Run(string input, string layers) => Analyze.Run($"[Model({input})]\n[{layers}]\npublic partial class M;");

    [Theory, Trait("Id", "CT1201")]
    [InlineData("Linear(0)", "4")]
    [InlineData("BatchNorm(Eps = 0)", "4")]
    [InlineData("BatchNorm(Eps = double.NaN)", "4")]
    [InlineData("BatchNorm(Momentum = 1.5)", "4")]
    [InlineData("Dropout(1)", "4")]
    [InlineData("Dropout(-0.1)", "4")]
    [InlineData("LeakyReLU(double.NaN)", "4")]
    [InlineData("ELU(1e300)", "4")]
    [InlineData("Conv2d(0, 3)")]
    [InlineData("Conv2d(4, 0)")]
    [InlineData("Conv2d(4, 3, -3)")]
    [InlineData("Conv2d(4, 3, Stride = 0)")]
    [InlineData("Conv2d(4, 3, Strides = new[] { 1, 2, 3 })")]
    [InlineData("Conv2d(4, 3, Strides = new[] { 1, 0 })")]
    [InlineData("Conv2d(4, 3, Padding = -1)")]
    [InlineData("Conv2d(4, 3, Paddings = new[] { 1, 2, 3 })")]
    [InlineData("Conv2d(4, 3, Paddings = new[] { 1, -1 })")]
    [InlineData("Conv2d(4, 3, Dilation = 0)")]
    [InlineData("Conv2d(4, 3, Dilations = new[] { 2 })")]
    [InlineData("Conv2d(4, 3, Groups = 0)")]
    [InlineData("MaxPool2d(0)")]
    [InlineData("MaxPool2d(2, Stride = -1)")]
    [InlineData("MaxPool2d(2, Padding = 2)")]
    [InlineData("MaxPool2d(2, Dilation = 0)")]
    [InlineData("AvgPool2d(2, DivisorOverride = -1)")]
    [InlineData("AvgPool2d(2, Padding = 2)", "3, 8, 8", 2)]
    [InlineData("AdaptiveAvgPool2d(0, 1)")]
    public Task Out_of_range(string layer, string input = "3, 8, 8", int times = 1) => Run(input, Marked("CT1201", layer,
        layer.EndsWith("Padding = 2)", StringComparison.Ordinal) ? 2 : times));

    [Theory, Trait("Id", "CT1202")]
    [InlineData("Stride = 1, Strides = new[] { 1, 1 }")]
    [InlineData("Padding = 1, Paddings = new[] { 1, 1 }")]
    [InlineData("Dilation = 1, Dilations = new[] { 1, 1 }")]
    public Task Given_twice(string arguments) => Run("3, 8, 8", $"{{|CT1202:Conv2d(4, 3, {arguments})|}}");

    [Theory, Trait("Id", "CT1203")]
    [InlineData("3, 8, 8", "{|CT1203:Linear(2)|}")]
    [InlineData("3, 8, 8", "Conv2d(4, 3), ReLU, {|CT1203:Linear(2)|}")]
    [InlineData("3, 8, 8", "{|CT1203:Softmax|}")]
    [InlineData("4", "{|CT1203:Conv2d(4, 3)|}")]
    [InlineData("4", "{|CT1203:MaxPool2d(2)|}")]
    [InlineData("4", "{|CT1203:AvgPool2d(2)|}")]
    [InlineData("4", "{|CT1203:GlobalAvgPool2d|}")]
    [InlineData("4", "{|CT1203:AdaptiveAvgPool2d(1, 1)|}")]
    [InlineData("3, 8, 8", "Flatten, {|CT1203:MaxPool2d(2)|}, Linear(3)")]
    public Task Wrong_shape(string input, string layers) => Run(input, layers);

    [Theory, Trait("Id", "CT1204")]
    [InlineData("Conv2d(4, 9)")]
    [InlineData("Conv2d(4, 5, Dilation = 2)")]
    [InlineData("Conv2d(4, 11, Padding = 1)")]
    [InlineData("MaxPool2d(9)")]
    [InlineData("AvgPool2d(2, 9)")]
    public Task Kernel_too_large(string layer) => Run("3, 8, 8", Marked("CT1204", layer));

    [Theory, Trait("Id", "CT1205")]
    [InlineData("Conv2d(4, 3, Groups = 2)")]
    [InlineData("Conv2d(4, 3, Groups = 3)")]
    public Task Groups(string layer) => Run("3, 8, 8", Marked("CT1205", layer));

    [Theory, Trait("Id", "CT1206")]
    [InlineData("Add(x, Half(x))")]
    [InlineData("Concat(x, Half(x))")]
    [InlineData("Concat(Flatten(x), Half(x))")]
    public Task Shapes_differ(string call) => Analyze.Run(
        $$"""
        [Model(3, 8, 8)]
        public partial class M
        {
            [Conv2d(3, 3, Stride = 2, Padding = 1)] private static partial Tensor Half(Tensor x);
            private static Tensor Forward(Tensor x) => {|CT1206:{{call}}|};
        }
        """);

    [Theory, Trait("Id", "CT1207")]
    [InlineData("4", "Linear(8), {|CT1207:Linear(2, InFeatures = 4)|}")]
    [InlineData("3, 8, 8", "{|CT1207:Conv2d(4, 3, InChannels = 1)|}")]
    public Task Given_size_differs(string input, string layers) => Run(input, layers);

    [Fact]
    public Task A_given_size_may_be_right() => Run("3, 8, 8", "Conv2d(4, 3, InChannels = 3), Flatten, Linear(2, InFeatures = 144)");

    [Fact, Trait("Id", "CT1208")]
    public Task Softmax_in_the_middle() => Run("4", "{|CT1208:Softmax|}, Linear(2)");

    [Theory, Trait("Id", "CT1209")]
    [InlineData("1, 30000, 8000", "{|CT1209:Conv2d(2, 1)|}")]
    [InlineData("20000", "{|CT1209:Linear(20000)|}")]
    [InlineData("64, 1031, 1032", "{|CT1209:Conv2d(1, 8)|}, GlobalAvgPool2d, Flatten, Linear(2)")]
    [InlineData("1, 1, 1", "{|CT1209:Conv2d(1, 1, Stride = 32768, Padding = 32767)|}")]
    [InlineData("1, 30000, 8000", "ReLU, ReLU, ReLU, {|CT1209:ReLU|}")]
    [InlineData("500000, 4, 4", "{|CT1209:Conv2d(500000, 3, Groups = 500000)|}")]
    [InlineData("100000000", "{|CT1209:Linear(1)|}")]
    [InlineData("16384", "Linear(16384), Linear(16384), Linear(16384), Linear(16384), {|CT1209:Linear(16384)|}, Linear(16384)")]
    public Task Too_large(string input, string layers) => Run(input, layers);

    [Theory]
    [InlineData("64, 512, 512", "Conv2d(1, 8), GlobalAvgPool2d, Flatten, Linear(2)")]
    [InlineData("1, 1, 1", "Conv2d(1, 1, Stride = 4096, Padding = 4095)")]
    [InlineData("1, 30000, 8000", "ReLU, ReLU, Dropout")]
    [InlineData("100000, 4, 4", "Conv2d(100000, 3, Groups = 100000)")]
    [InlineData("64, 2000, 2000", "Conv2d(4, 1)")]
    public Task Large_enough(string input, string layers) => Run(input, layers);

    [Fact, Trait("Id", "CT1210")]
    public Task Uneven_pool() => Run("3, 8, 8", "{|CT1210:AdaptiveAvgPool2d(3, 4)|}");

    [Fact]
    public Task The_first_mistake_hides_no_other_branch() => Analyze.Run(
        """
        [Model(3, 8, 8)]
        public partial class M
        {
            [{|CT1204:Conv2d(3, 9)|}] private static partial Tensor A(Tensor x);
            [{|CT1201:Conv2d(3, 0)|}] private static partial Tensor B(Tensor x);
            private static Tensor Forward(Tensor x) => Add(A(x), B(x));
        }
        """);

    private static string Marked(string id, string layer, int times = 1)
    {
        for (var i = 0; i < times; i++)
            layer = "{|" + id + ":" + layer + "|}";
        return layer;
    }
}
