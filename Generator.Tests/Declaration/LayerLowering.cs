using CompileTime.Generator.Tests.Harness;

namespace CompileTime.Generator.Tests.Declaration;

/// <summary>What each kind of layer becomes, with its defaults and with everything given.</summary>
public class LayerLowering
{
    [Theory]
    [InlineData("784", "Linear(10)", "0 = Linear(input) bias=true -> 10")]
    [InlineData("784", "Linear(10, InFeatures = 784, Bias = false)", "0 = Linear(input) bias=false -> 10")]
    [InlineData("3, 8, 8", "Conv2d(4, 3)",
        "0 = Conv2d(input) kernel=3x3 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true -> 4x6x6")]
    [InlineData("4, 9, 8", "Conv2d(6, 3, 2, Stride = 2, Padding = 1, Groups = 2, InChannels = 4, Bias = false)",
        "0 = Conv2d(input) kernel=3x2 stride=2x2 padding=1,1,1,1 dilation=1x1 groups=2 bias=false -> 6x5x5")]
    [InlineData("4, 9, 9", "Conv2d(4, 3, Groups = 4, Strides = new[] { 1, 2 }, Paddings = new[] { 2, 1 }, Dilations = new[] { 2, 1 })",
        "0 = Conv2d(input) kernel=3x3 stride=1x2 padding=2,1,2,1 dilation=2x1 groups=4 bias=true -> 4x9x5")]
    [InlineData("1, 8, 8", "Conv2d(1, 3, Paddings = new[] { 0, 1, 2, 3 }, Dilation = 2)",
        "0 = Conv2d(input) kernel=3x3 stride=1x1 padding=0,1,2,3 dilation=2x2 groups=1 bias=true -> 1x6x8")]
    [InlineData("784", "BatchNorm", "0 = BatchNorm(input) eps=1E-05 momentum=0.1 -> 784")]
    [InlineData("3, 8, 8", "BatchNorm(Eps = 1e-3, Momentum = 0.01)", "0 = BatchNorm(input) eps=0.001 momentum=0.01 -> 3x8x8")]
    [InlineData("3, 8, 8", "ReLU", "0 = ReLU(input) -> 3x8x8")]
    [InlineData("784", "ReLU6", "0 = ReLU6(input) -> 784")]
    [InlineData("3, 8, 8", "MaxPool2d(2)", "0 = MaxPool2d(input) kernel=2x2 stride=2x2 padding=0,0,0,0 dilation=1x1 ceil=false -> 3x4x4")]
    [InlineData("3, 8, 8", "MaxPool2d(3, Stride = 2, Padding = 1, CeilMode = true, Dilation = 2)",
        "0 = MaxPool2d(input) kernel=3x3 stride=2x2 padding=1,1,1,1 dilation=2x2 ceil=true -> 3x4x4")]
    [InlineData("3, 8, 8", "AvgPool2d(2)",
        "0 = AvgPool2d(input) kernel=2x2 stride=2x2 padding=0,0,0,0 ceil=false count_include_pad=true divisor=0 -> 3x4x4")]
    [InlineData("3, 8, 8",
        "AvgPool2d(3, 2, Strides = new[] { 2, 1 }, Paddings = new[] { 1, 1 }, CountIncludePad = false, DivisorOverride = 5)",
        "0 = AvgPool2d(input) kernel=3x2 stride=2x1 padding=1,1,1,1 ceil=false count_include_pad=false divisor=5 -> 3x4x9")]
    [InlineData("3, 8, 8", "GlobalAvgPool2d", "0 = AdaptiveAvgPool2d(input) -> 3x1x1")]
    [InlineData("3, 8, 8", "AdaptiveAvgPool2d(4, 2)", "0 = AdaptiveAvgPool2d(input) -> 3x4x2")]
    [InlineData("3, 8, 8", "Flatten", "0 = Flatten(input) -> 192")]
    [InlineData("784", "Dropout", "0 = Dropout(input) p=0.5 -> 784")]
    [InlineData("784", "Dropout(0.25)", "0 = Dropout(input) p=0.25 -> 784")]
    [InlineData("784", "Sigmoid", "0 = Sigmoid(input) -> 784")]
    [InlineData("3, 8, 8", "Tanh", "0 = Tanh(input) -> 3x8x8")]
    [InlineData("784", "Hardsigmoid", "0 = Hardsigmoid(input) -> 784")]
    [InlineData("784", "Hardswish", "0 = Hardswish(input) -> 784")]
    [InlineData("784", "LeakyReLU", "0 = LeakyReLU(input) negative_slope=0.00999999978 -> 784")]
    [InlineData("784", "LeakyReLU(0.25)", "0 = LeakyReLU(input) negative_slope=0.25 -> 784")]
    [InlineData("784", "GELU", "0 = GELU(input) -> 784")]
    [InlineData("784", "SiLU", "0 = SiLU(input) -> 784")]
    [InlineData("784", "ELU", "0 = ELU(input) alpha=1 -> 784")]
    [InlineData("784", "ELU(-0.5)", "0 = ELU(input) alpha=-0.5 -> 784")]
    [InlineData("784", "Softmax", "0 = Softmax(input) -> 784")]
    public void On_a_class(string input, string layer, string expected) => Assert.Equal(
        $"model M\ninput {input.Replace(", ", "x", StringComparison.Ordinal)}\n{expected}\n", Declared.Layers(input, layer));

    [Theory]
    [InlineData("ReLU(x)", "relu = ReLU(input) -> 3x8x8")]
    [InlineData("ReLU6(x)", "relu6 = ReLU6(input) -> 3x8x8")]
    [InlineData("GELU(Tanh(Sigmoid(x)))",
        "sigmoid = Sigmoid(input) -> 3x8x8\ntanh = Tanh(sigmoid) -> 3x8x8\ngelu = GELU(tanh) -> 3x8x8")]
    [InlineData("SiLU(Hardswish(Hardsigmoid(x)))",
        "hardsigmoid = Hardsigmoid(input) -> 3x8x8\nhardswish = Hardswish(hardsigmoid) -> 3x8x8\nsilu = SiLU(hardswish) -> 3x8x8")]
    [InlineData("ELU(LeakyReLU(x), alpha: 2)",
        "leaky_relu = LeakyReLU(input) negative_slope=0.00999999978 -> 3x8x8\nelu = ELU(leaky_relu) alpha=2 -> 3x8x8")]
    [InlineData("Add(x, x)", "add = Add(input, input) -> 3x8x8")]
    [InlineData("Add(x, Add(x, x))", "add = Add(input, input) -> 3x8x8\nadd_1 = Add(input, add) -> 3x8x8")]
    [InlineData("Concat(x, ReLU(x), x)", "relu = ReLU(input) -> 3x8x8\nconcat = Concat(input, relu, input) -> 9x8x8")]
    [InlineData("Concat(Flatten(x), Flatten(x))",
        "flatten = Flatten(input) -> 192\nflatten_1 = Flatten(input) -> 192\nconcat = Concat(flatten, flatten_1) -> 384")]
    [InlineData("MaxPool2d(x, 2)", "max_pool2d = MaxPool2d(input) kernel=2x2 stride=2x2 padding=0,0,0,0 dilation=1x1 ceil=false -> 3x4x4")]
    [InlineData("MaxPool2d(x, 3, padding: 1, stride: 2)",
        "max_pool2d = MaxPool2d(input) kernel=3x3 stride=2x2 padding=1,1,1,1 dilation=1x1 ceil=false -> 3x4x4")]
    [InlineData("AvgPool2d(x, 2, 1)",
        "avg_pool2d = AvgPool2d(input) kernel=2x2 stride=1x1 padding=0,0,0,0 ceil=false count_include_pad=true divisor=0 -> 3x7x7")]
    [InlineData("GlobalAvgPool2d(x)", "global_avg_pool2d = AdaptiveAvgPool2d(input) -> 3x1x1")]
    [InlineData("Dropout(x)", "dropout = Dropout(input) p=0.5 -> 3x8x8")]
    [InlineData("Dropout(x, 0.25)", "dropout = Dropout(input) p=0.25 -> 3x8x8")]
    [InlineData("Softmax(Flatten(x))", "flatten = Flatten(input) -> 192\nsoftmax = Softmax(flatten) -> 192")]
    public void In_Forward(string expression, string expected) => Assert.Equal(
        $"model M\ninput 3x8x8\n{expected}\n",
        Declared.Definition($"[Model(3, 8, 8)] public partial class M {{ private static Tensor Forward(Tensor x) => {expression}; }}",
            "M"));

    [Fact]
    public void A_method_of_the_users_may_have_the_name_of_a_function() => Assert.Equal(
        "model M\ninput 4\nrelu.0 = Linear(input) bias=true -> 4\nrelu.1 = ReLU(relu.0) -> 4\nrelu_1 = ReLU(relu.1) -> 4\n",
        Declared.Definition(
            """
            [Model(4)]
            public partial class M
            {
                [Linear(4), ReLU] private static partial Tensor relu(Tensor x);
                private static Tensor Forward(Tensor x) => ReLU(relu(x));
            }
            """,
            "M"));

    [Fact]
    public void Bytes_have_a_meaning_where_it_is_given() => Assert.Equal(
        "model M\ninput 4 scale=0.00392156886 offset=-0.5\n0 = ReLU(input) -> 4\n",
        Declared.Layers("4, InputScale = 1 / 255f, InputOffset = -0.5f", "ReLU"));

    [Fact]
    public void A_rule_on_a_method_takes_the_place_of_the_classs() => Assert.Equal(
        """
        model M
        input 4
        A = Linear(input) bias=true prune=L1:0.5:global -> 4
        B = Linear(A) bias=true prune=L1:3w:local -> 4
        C = Linear(B) bias=true -> 4

        """,
        Declared.Definition(
            """
            [Model(4), Prune(0.5)]
            public partial class M
            {
                [Linear(4)] private static partial Tensor A(Tensor x);
                [Linear(4), Prune(3)] private static partial Tensor B(Tensor x);
                [Linear(4), Prune(0)] private static partial Tensor C(Tensor x);
                private static Tensor Forward(Tensor x) => C(B(A(x)));
            }
            """,
            "M"));

    [Fact]
    public void Declarations_that_differ_in_layout_only_are_equal()
    {
        const string Layout = """
            [Model(4)] public partial class M {
                [Linear(2 + 2)] private static partial Tensor A(Tensor x);
                // A comment.
                static private Tensor Forward(Tensor value) { Tensor a; a = A(value); return ReLU(a); } }
            """;
        const string Other = """
            [Model(4)]
            public partial class M
            {
                private static Tensor Forward(Tensor x) => ReLU(A(x));

                [Linear(4)]
                private static partial Tensor A(Tensor x);
            }
            """;
        var first = Declared.Read(Layout, "M");
        Assert.Equal(first, Declared.Read(Layout.Replace("\n", "\n\n  ", StringComparison.Ordinal), "M"));
        Assert.Equal(first.Forward!.Calls, Declared.Read(Other, "M").Forward!.Calls, (a, b) => a.LayerMethod == b.LayerMethod
            && a.Inputs.Equals(b.Inputs) && a.Function?.Arguments == b.Function?.Arguments);
        Assert.NotEqual(first, Declared.Read(Layout.Replace("2 + 2", "5", StringComparison.Ordinal), "M"));
    }

    [Theory]
    [InlineData(DesignExamples.DigitMlp, "Demo.DigitMlp")]
    [InlineData(DesignExamples.ResNet8, "Demo.ResNet8")]
    public void The_analyzer_reads_what_the_generator_read(string source, string name)
    {
        var before = TestProject.Compilation(source);
        Assert.Equal(Declared.Read(before, name), Declared.Read(TestProject.Generate(before), name));
    }
}
