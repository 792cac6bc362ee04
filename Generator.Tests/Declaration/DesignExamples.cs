using CompileTime.Generator.Tests.Harness;

namespace CompileTime.Generator.Tests.Declaration;

/// <summary>The two declarations with which the design introduces the product.</summary>
public class DesignExamples
{
    public const string DigitMlp = """
        namespace Demo;

        [Model(784)]
        [Linear(300), ReLU, Linear(100), ReLU, Linear(10)]
        [Prune(0.6, L1)]
        [Quantize(Int8, Backend.Fbgemm)]
        public partial class DigitMlp;
        """;

    public const string ResNet8 = """
        namespace Demo;

        [Model(3, 32, 32)]
        [Prune(0.6, L1)]
        [Quantize(Int8, Backend.Fbgemm)]
        public partial class ResNet8
        {
            [Conv2d(16, 3, Padding = 1), BatchNorm, ReLU] private static partial Tensor Stem(Tensor x);
            [Conv2d(16, 3, Padding = 1), BatchNorm, ReLU] private static partial Tensor Block1A(Tensor x);
            [Conv2d(16, 3, Padding = 1), BatchNorm]       private static partial Tensor Block1B(Tensor x);
            [Linear(10), Prune(0.8, L1)]                  private static partial Tensor Classify(Tensor x);

            private static Tensor Forward(Tensor x)
            {
                var a = Stem(x);
                var b = ReLU(Add(a, Block1B(Block1A(a))));
                return Classify(Flatten(GlobalAvgPool2d(b)));
            }
        }
        """;

    public const string Mixed = """
        namespace Demo;

        [Model(3, 32, 32)]
        [Quantize(Int8, Backend.Qnnpack, Activation = Observer.Percentile, Percentile = 99.9, Weight = Observer.PerChannelMinMax)]
        public partial class Mixed
        {
            [Conv2d(16, 3), ReLU, Quantize(Float32)]            private static partial Tensor Stem(Tensor x);
            [Conv2d(16, 3), Quantize(Int8, Mode = WeightOnly)]  private static partial Tensor Body(Tensor x);
            [Linear(10), Quantize(Int8, Backend.Fbgemm, Mode = Dynamic, WeightBits = 7)] private static partial Tensor Head(Tensor x);

            private static Tensor Forward(Tensor x) => Head(Flatten(GlobalAvgPool2d(Body(Stem(x)))));
        }
        """;

    [Fact]
    public void Layers_have_rules_of_quantization_of_their_own() => Assert.Equal(
        """
        model Demo.Mixed
        input 3x32x32
        quantize Int8 Qnnpack activation=Percentile weight=PerChannelMinMax percentile=99.9
        Stem.0 = Conv2d(input) kernel=3x3 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true quantize=Float32 -> 16x30x30
        Stem.1 = ReLU(Stem.0) quantize=Float32 -> 16x30x30
        Body = Conv2d(Stem.1) kernel=3x3 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true quantize=Int8:Fbgemm:mode=WeightOnly -> 16x28x28
        global_avg_pool2d = AdaptiveAvgPool2d(Body) -> 16x1x1
        flatten = Flatten(global_avg_pool2d) -> 16
        Head = Linear(flatten) bias=true quantize=Int8:Fbgemm:mode=Dynamic:weight_bits=7 -> 10

        """,
        Declared.Definition(Mixed, "Demo.Mixed"));

    [Fact]
    public void A_layers_rule_that_is_the_classes_is_not_written() => Assert.DoesNotContain(
        "quantize=",
        Declared.Definition("""
            [Model(4), Quantize(Int8, Backend.Fbgemm)]
            public partial class M
            {
                [Linear(2), Quantize(Int8, Mode = Static, Activation = Observer.Default)] private static partial Tensor A(Tensor x);
                private static Tensor Forward(Tensor x) => A(x);
            }
            """, "M"),
        StringComparison.Ordinal);

    [Fact]
    public void A_sequence_is_numbered_as_torch_numbers_it() => Assert.Equal(
        """
        model Demo.DigitMlp
        input 784
        quantize Int8 Fbgemm
        0 = Linear(input) bias=true prune=L1:0.6:global -> 300
        1 = ReLU(0) -> 300
        2 = Linear(1) bias=true prune=L1:0.6:global -> 100
        3 = ReLU(2) -> 100
        4 = Linear(3) bias=true prune=L1:0.6:global -> 10

        """,
        Declared.Definition(DigitMlp, "Demo.DigitMlp"));

    [Fact]
    public void A_graph_is_named_after_its_methods() => Assert.Equal(
        """
        model Demo.ResNet8
        input 3x32x32
        quantize Int8 Fbgemm
        Stem.0 = Conv2d(input) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=1 bias=true prune=L1:0.6:global -> 16x32x32
        Stem.1 = BatchNorm(Stem.0) eps=1E-05 momentum=0.1 -> 16x32x32
        Stem.2 = ReLU(Stem.1) -> 16x32x32
        Block1A.0 = Conv2d(Stem.2) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=1 bias=true prune=L1:0.6:global -> 16x32x32
        Block1A.1 = BatchNorm(Block1A.0) eps=1E-05 momentum=0.1 -> 16x32x32
        Block1A.2 = ReLU(Block1A.1) -> 16x32x32
        Block1B.0 = Conv2d(Block1A.2) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=1 bias=true prune=L1:0.6:global -> 16x32x32
        Block1B.1 = BatchNorm(Block1B.0) eps=1E-05 momentum=0.1 -> 16x32x32
        add = Add(Stem.2, Block1B.1) -> 16x32x32
        relu = ReLU(add) -> 16x32x32
        global_avg_pool2d = AdaptiveAvgPool2d(relu) -> 16x1x1
        flatten = Flatten(global_avg_pool2d) -> 16
        Classify = Linear(flatten) bias=true prune=L1:0.8:local -> 10

        """,
        Declared.Definition(ResNet8, "Demo.ResNet8"));
}
