using CompileTime.Generator.Tests.Harness;

namespace CompileTime.Generator.Tests.Diagnostics;

/// <summary>CT2xxx: pruning and quantization.</summary>
public class CompressionDiagnostics
{
    [Theory, Trait("Id", "CT2001")]
    [InlineData("1.5")]
    [InlineData("-0.1")]
    [InlineData("double.NaN")]
    [InlineData("-1")]
    [InlineData("9")]
    public Task Amount_on_the_class(string amount) =>
        Analyze.Run($"[Model(4)] [Linear(2)] [{{|CT2001:Prune({amount}, L1)|}}] public partial class M;");

    [Theory, Trait("Id", "CT2001")]
    [InlineData("1.5")]
    [InlineData("9")]
    public Task Amount_on_a_layer(string amount) => Analyze.Run(
        $$"""
        [Model(4)]
        public partial class M
        {
            [Linear(2), {|CT2001:Prune({{amount}})|}] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) => Head(x);
        }
        """);

    [Theory, Trait("Id", "CT2001")]
    [InlineData("Prune(3, L1, Dim = 0)")]
    [InlineData("Prune(5, L1, Structure.Channel)")]
    [InlineData("Prune(2, L1, Block = [2, 4])")]
    [InlineData("Prune(Threshold = 0)")]
    [InlineData("Prune(Threshold = double.NaN)")]
    [InlineData("PruneNofM(4, 4)")]
    [InlineData("PruneNofM(0, 4)")]
    public Task Amount_of_a_pattern(string attribute) => OnLayer($"{{|CT2001:{attribute}|}}");

    [Theory, Trait("Id", "CT2009")]
    [InlineData("0")]
    [InlineData("0.0")]
    [InlineData("0.01")]
    [InlineData("1.0")]
    [InlineData("8")]
    public Task Nothing_and_everything(string amount) =>
        Analyze.Run($"[Model(4)] [Linear(2)] [{{|CT2009:Prune({amount})|}}] public partial class M;");

    [Fact]
    public Task A_layer_that_opts_out_is_meant() => OnLayer("Prune(0)");

    [Fact, Trait("Id", "CT2008")]
    public Task One_weight() => Analyze.Run("[Model(4)] [Linear(2)] [{|CT2008:Prune(1, L1)|}] public partial class M;");

    [Theory, Trait("Id", "CT2008")]
    [InlineData("{|CT2008:Prune(99, L1)|}")]
    [InlineData("{|CT2008:Prune(2, L1)|}")]
    [InlineData("Prune(0.6, L1)")]
    [InlineData("Prune(100, L1)")] // as a fraction it would be all
    [InlineData("Prune(99, L1, Block = [4, 4])")] // more than 1 % of the 1250 blocks
    public Task A_number_that_could_be_a_percentage(string attribute) =>
        Analyze.Run($"[Model(200)] [Linear(100)] [{attribute}] public partial class M;");

    [Fact, Trait("Id", "CT2008")]
    public Task Sixty_of_a_small_network() =>
        Analyze.Run("[Model(64)] [Linear(64), ReLU, Linear(10)] [{|CT2008:Prune(60, L1)|}] public partial class M;");

    [Fact, Trait("Id", "CT2008")]
    public Task A_number_that_is_meant() => Analyze.Run(
        """
        #pragma warning disable CT2008
        [Model(200)] [Linear(100)] [Prune(60, L1)] public partial class M;
        """);

    [Theory, Trait("Id", "CT2004")]
    [InlineData("Prune")]
    [InlineData("Prune(0.5, Threshold = 0.1)")]
    [InlineData("Prune(PruningMethod.Random, Threshold = 0.1)")]
    [InlineData("Prune(0.5, L1, Structure.Channel, Dim = 1)")]
    [InlineData("Prune(0.5, L1, Structure.Channel, Block = [2, 2])")]
    [InlineData("Prune(0.5, L1, Dim = 1, Block = [2, 2])")]
    [InlineData("Prune(0.5, L1, Block = [2])")]
    [InlineData("Prune(0.5, L1, Block = [2, 0])")]
    [InlineData("Prune(0.5, L1, Structure.Channel, Norm = 2)")]
    [InlineData("Prune(0.5, Ln, Structure.Channel, Norm = 0)")]
    [InlineData("Prune(0.5, Ln, Structure.Channel, Norm = double.NaN)")]
    [InlineData("Prune(0.5, L1, Scope = Scope.Global)")]
    public Task Contradictions(string attribute) => OnLayer($"{{|CT2004:{attribute}|}}");

    [Fact, Trait("Id", "CT2004")]
    public Task Two_rules() => OnLayer("Prune(0.5), {|CT2004:PruneNofM(1, 2)|}");

    [Theory, Trait("Id", "CT2005")]
    [InlineData("PruneNofM(2, 3)")]
    [InlineData("Prune(0.5, L1, Block = [3, 2])")]
    [InlineData("Prune(0.5, L1, Structure.Filter)")]
    [InlineData("Prune(0.5, L1, Dim = 2)")]
    [InlineData("Prune(0.5, L1, Dim = -3)")]
    public Task Patterns_that_do_not_fit_the_layer(string attribute) => OnLayer($"{{|CT2005:{attribute}|}}");

    [Fact, Trait("Id", "CT2005")]
    public Task Channels_of_a_depthwise_layer() => Analyze.Run(
        """
        [Model(4, 8, 8)]
        public partial class M
        {
            [Conv2d(4, 3, Groups = 4), {|CT2005:Prune(0.5, L1, Structure.Channel)|}] private static partial Tensor Body(Tensor x);
            [Flatten, Linear(2)] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) => Head(Body(x));
        }
        """);

    [Theory, Trait("Id", "CT2005")]
    [InlineData("Prune(0.5, L1, Structure.Filter)")]
    [InlineData("PruneNofM(2, 3)")]
    [InlineData("Prune(0.5, L1, Block = [3, 4])")]
    [InlineData("Prune(0.5, L1, Block = [2, 5])")]
    public Task Patterns_that_fit_no_layer(string attribute) =>
        Analyze.Run($"[Model(4)] [Linear(2), ReLU] [{{|CT2005:{attribute}|}}] public partial class M;");

    [Theory, Trait("Id", "CT2005")]
    [InlineData("{|CT2005:Prune(0.5, L1, Structure.Filter)|}", "Prune(0)")]
    [InlineData("{|CT2005:Prune(0.5, L1, Structure.Filter)|}", "{|CT2005:Prune(0.25, L1, Structure.Filter)|}")]
    [InlineData("Prune(0.5, L1, Structure.Filter)", "Prune(0.5, L1, Structure.Filter)")]
    [InlineData("Prune(0, L1, Structure.Filter)", "Prune(0.5)")]
    [InlineData("Prune(4, L1, Structure.Filter)", "Prune(4, L1, Structure.Filter)")]
    [InlineData("{|CT2001:Prune(9, L1, Structure.Filter)|}", "{|CT2001:Prune(9, L1, Structure.Filter)|}")]
    public Task Filters_that_only_go_together(string stem, string branch) => Analyze.Run(Residual("", stem, branch));

    [Theory]
    [InlineData("Prune(0.5, L1, Structure.Filter)", "Prune(0)", true)]
    [InlineData("Prune(8, L1, Structure.Filter)", null, false)]
    [Trait("Id", "CT2006")]
    public Task Filters_of_a_class_that_only_go_together(string rule, string? branch, bool isLeft) =>
        Analyze.Run(Residual(isLeft ? "{|CT2006:" + rule + "|}" : rule, null, branch));

    [Theory, Trait("Id", "CT2001")]
    [InlineData(16)]
    [InlineData(17)]
    public Task Filters_that_go_together_are_counted_once(int count) =>
        Analyze.Run(Residual(count > 16 ? $"{{|CT2001:Prune({count}, L1, Structure.Filter)|}}"
            : $"{{|CT2009:Prune({count}, L1, Structure.Filter)|}}",
            null, null));

    [Fact, Trait("Id", "CT2005")]
    public Task Filters_tied_to_the_input() => Analyze.Run(
        """
        [Model(4, 8, 8)]
        public partial class M
        {
            [Conv2d(4, 3, Groups = 4), {|CT2005:Prune(0.5, L1, Structure.Filter)|}] private static partial Tensor Body(Tensor x);
            [Flatten, Linear(2)] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) => Head(Body(x));
        }
        """);

    [Theory, Trait("Id", "CT2005")]
    [InlineData(null, "Prune(1.0, L1, Structure.Layer)")]
    [InlineData("{|CT2005:Prune(1.0, L1, Structure.Layer)|}", null)]
    public Task Layers_that_are_no_branch(string? stem, string? branch) =>
        Analyze.Run(Residual("", stem,
            branch?.Replace("Prune", "{|CT2009:Prune", StringComparison.Ordinal) + (branch is null ? null : "|}")));

    [Theory, Trait("Id", "CT2005")]
    [InlineData("[{|CT2005:Prune(0.5, L1, Structure.Layer)|}]")]
    [InlineData("[{|CT2004:Prune(0.5, L1, Structure.Layer, Block = [2, 2])|}]")]
    [InlineData("[{|CT2004:Prune(0.5, L1, Structure.Layer, Dim = 0)|}]")]
    public Task Networks_without_a_branch(string rule) => Analyze.Run($"[Model(4)] [Linear(4), Linear(2)] {rule} public partial class M;");

    [Theory, Trait("Id", "CT2001")]
    [InlineData("{|CT2009:Prune(0.4, L1, Structure.Layer)|}")]
    [InlineData("{|CT2001:Prune(2, L1, Structure.Layer)|}")]
    public Task Amounts_of_branches(string rule) => Analyze.Run(Residual(rule, null, null));

    [Theory]
    [InlineData("{|CT2005:Prune(1.0, L1, Structure.Layer)|}", "Linear(8), Linear(4), Linear(2)")]
    [InlineData("{|CT2009:Prune(0.4, L1, Structure.Layer)|}", "Linear(8), Linear(8), Linear(2)")]
    [InlineData("{|CT2009:Prune(1, L1, Structure.Layer)|}", "Linear(8), Linear(8), Linear(2)")]
    [InlineData("Prune(1, L1, Structure.Layer)", "Linear(8), Linear(8), Linear(8), Linear(2)")]
    [InlineData("{|CT2001:Prune(3, L1, Structure.Layer)|}", "Linear(8), Linear(8), Linear(8), Linear(2)")]
    [Trait("Id", "CT2005")]
    public Task Amounts_of_layers_whose_shapes_agree(string rule, string layers) =>
        Analyze.Run($"[Model(8)] [{layers}] [{rule}] public partial class M;");

    [Theory, Trait("Id", "CT2005")]
    [InlineData("{|CT2005:Prune(1.0, L1, Structure.Layer)|}", null, null)]
    [InlineData(null, "{|CT2009:Prune(1.0, L1, Structure.Layer)|}", null)]
    [InlineData(null, null, "{|CT2005:Prune(1.0, L1, Structure.Layer)|}")]
    public Task A_layer_between_others(string? first, string? middle, string? last) => Analyze.Run(
        $$"""
        [Model(8)]
        public partial class M
        {
            [Linear(8){{Own(first)}}] private static partial Tensor A(Tensor x);
            [Linear(8), ReLU{{Own(middle)}}] private static partial Tensor B(Tensor x);
            [Linear(8){{Own(last)}}] private static partial Tensor C(Tensor x);
            private static Tensor Forward(Tensor x) => C(B(A(x)));
        }
        """);

    private static string Own(string? rule) => rule is null ? "" : ", " + rule;

    /// <summary>8 filters that an Add ties to 8 others, and 8 in between.</summary>
    private static string Residual(string rule, string? stem, string? branch)
    {
        var on = rule.Length == 0 ? "" : ", " + rule;
        return $$"""
            [Model(1, 8, 8){{on}}]
            public partial class M
            {
                [Conv2d(8, 3, Padding = 1), ReLU{{(stem is null ? "" : ", " + stem)}}] private static partial Tensor Stem(Tensor x);
                [Conv2d(8, 3, Padding = 1), BatchNorm, ReLU] private static partial Tensor A(Tensor x);
                [Conv2d(8, 3, Padding = 1), BatchNorm{{(branch is null ? "" : ", " + branch)}}] private static partial Tensor B(Tensor x);
                [Flatten, Linear(2)] private static partial Tensor Head(Tensor x);
                private static Tensor Forward(Tensor x)
                {
                    x = Stem(x);
                    return Head(ReLU(Add(x, B(A(x)))));
                }
            }
            """;
    }

    [Fact]
    public Task Blocks_that_fit_one_layer_are_cut_for_the_others() =>
        Analyze.Run("[Model(4)] [Linear(6), Linear(2)] [Prune(0.5, L1, Block = [6, 4])] public partial class M;");

    [Theory, Trait("Id", "CT2016")]
    [InlineData("{|CT2016:Prune(0.5)|}", "Prune(0.25)")]
    [InlineData("{|CT2016:Prune(0.5, L1, Structure.Filter)|}", "Prune(0)")]
    [InlineData("{|CT2016:PruneNofM(2, 4)|}", "PruneNofM(1, 4)")]
    [InlineData("Prune(0.5)", "")]
    public Task A_rule_that_every_layer_overrides(string rule, string own) => Analyze.Run(
        $$"""
        [Model(4), {{rule}}]
        public partial class M
        {
            [Linear(8){{(own.Length == 0 ? "" : ", " + own)}}] private static partial Tensor A(Tensor x);
            [Linear(4), Prune(0.5)] private static partial Tensor B(Tensor x);
            private static Tensor Forward(Tensor x) => B(ReLU(A(x)));
        }
        """);

    [Fact, Trait("Id", "CT2006")]
    public Task Layers_that_are_left_as_they_are() =>
        Analyze.Run("[Model(4)] [Linear(6), Linear(2)] [{|CT2006:PruneNofM(2, 4)|}] public partial class M;");

    [Fact]
    public Task The_output_layer_keeps_its_filters_without_a_word() =>
        Analyze.Run("[Model(4)] [Linear(6), Linear(2), Softmax] [Prune(0.5, L1, Structure.Filter)] public partial class M;");

    [Fact, Trait("Id", "CT2007")]
    public Task Blocks_with_a_remainder() => OnLayer("{|CT2007:Prune(0.5, L1, Block = [2, 3])|}");

    [Theory, Trait("Id", "CT2009")]
    [InlineData("{|CT2009:Prune(0.01, L1, Block = [2, 2])|}")]
    [InlineData("{|CT2009:Prune(0.99, L1, Block = [2, 2])|}")]
    [InlineData("{|CT2009:Prune(2, L1, Block = [2, 2])|}")]
    public Task Shares_that_blocks_cannot_have(string attribute) => OnLayer(attribute);

    [Theory]
    [InlineData("Prune(0.5, L1, Structure.Channel)")]
    [InlineData("Prune(0.5, Ln, Structure.Channel, Norm = double.PositiveInfinity)")]
    [InlineData("Prune(0.5, L1, Block = [2, 2])")]
    [InlineData("Prune(0.5, L1, Dim = -1)")]
    [InlineData("Prune(0.25, Random)")]
    [InlineData("Prune(Threshold = 1e-3)")]
    [InlineData("Prune(L1, Structure.Channel, Threshold = 1e-3)")]
    [InlineData("PruneNofM(2, 4)")]
    public Task Patterns_that_fit(string attribute) => OnLayer(attribute);

    [Fact, Trait("Id", "CT2002")]
    public Task A_layer_without_weights() => Analyze.Run(
        """
        [Model(4)]
        public partial class M
        {
            [ReLU, {|CT2002:Prune(0.5)|}] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) => Head(x);
        }
        """);

    [Fact, Trait("Id", "CT2002")]
    public Task A_model_without_weights() => Analyze.Run("[Model(4)] [ReLU] [{|CT2002:Prune(0.5)|}] public partial class M;");

    [Theory, Trait("Id", "CT2003")]
    [InlineData("{|CT2003:Quantize((Precision)9)|}")]
    [InlineData("{|CT2003:Quantize(Int8, (Backend)(-1))|}")]
    [InlineData("{|CT2003:Quantize(Int8, Mode = (QuantizationMode)9)|}")]
    [InlineData("{|CT2003:Quantize(Int8, Activation = (Observer)99)|}")]
    [InlineData("{|CT2003:Quantize(Int8, Weight = (Observer)99)|}")]
    [InlineData("{|CT2003:Prune(0.5, (PruningMethod)9)|}")]
    [InlineData("{|CT2003:Prune(0.5, L1, (Structure)9)|}")]
    [InlineData("{|CT2003:Prune(0.5, L1, Scope = (Scope)9)|}")]
    public Task A_number_that_names_no_member(string attribute) =>
        Analyze.Run($"[Model(4)] [Linear(2)] [{attribute}] public partial class M;");

    [Theory, Trait("Id", "CT2010")]
    [InlineData("Int8, Activation = Observer.PerChannelMinMax")]
    [InlineData("Int8, Backend.Qnnpack, Activation = Observer.MovingAveragePerChannelMinMax")]
    [InlineData("Int8, Percentile = 99.9")]
    [InlineData("Int8, Activation = Observer.Mse, Percentile = 99.9")]
    [InlineData("Int8, Activation = Observer.Percentile, Percentile = 50")]
    [InlineData("Int8, Activation = Observer.Percentile, Percentile = 100.5")]
    [InlineData("Int8, Weight = Observer.Percentile, Percentile = double.NaN")]
    [InlineData("Int8, Mode = Dynamic, Activation = Observer.MinMax")]
    [InlineData("Int8, Mode = WeightOnly, Activation = Observer.Histogram")]
    [InlineData("Int8, WeightBits = 6")]
    [InlineData("Int8, WeightBits = 16")]
    [InlineData("Int8, Mode = WeightOnly, WeightBits = 7")]
    [InlineData("Float32, WeightBits = 7")]
    [InlineData("Float32, Backend.Qnnpack")]
    [InlineData("Float32, Mode = Dynamic")]
    [InlineData("Float32, Weight = Observer.MinMax")]
    public async Task Quantization_that_contradicts_itself(string arguments)
    {
        await Analyze.Run($"[Model(4)] [Linear(2)] [{{|CT2010:Quantize({arguments})|}}] public partial class M;");
        await OnLayer($"{{|CT2010:Quantize({arguments})|}}", "[Quantize(Int8)]");
    }

    [Fact, Trait("Id", "CT2010")]
    public Task Float_alone_is_no_quantization() =>
        Analyze.Run("[Model(4)] [Linear(2)] [{|CT2010:Quantize(Float32)|}] public partial class M;");

    [Fact, Trait("Id", "CT2010")]
    public Task A_layers_quantization_without_the_classes() => OnLayer("{|CT2010:Quantize(Int8)|}");

    [Theory, Trait("Id", "CT2011")]
    [InlineData("Conv2d(4, 3)", "Int8, Mode = Dynamic")]
    [InlineData("ReLU, MaxPool2d(2)", "Int8, Mode = WeightOnly")]
    [InlineData("Dropout", "Float32")]
    [InlineData("Dropout", "Int8, Backend.Qnnpack")]
    public Task Layers_that_a_rule_of_quantization_is_not_for(string layers, string arguments) => Analyze.Run(
        $$"""
        [Model(2, 8, 8), Quantize(Int8)]
        public partial class M
        {
            [{{layers}}, {|CT2011:Quantize({{arguments}})|}] private static partial Tensor Body(Tensor x);
            [Flatten, Linear(2)] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) => Head(Body(x));
        }
        """);

    [Theory, Trait("Id", "CT2011")]
    [InlineData("Conv2d(4, 3), Flatten", "Mode = Dynamic")]
    [InlineData("MaxPool2d(2), Flatten", "Mode = WeightOnly")]
    public Task A_class_that_a_rule_of_quantization_is_not_for(string layers, string arguments) =>
        Analyze.Run($"[Model(2, 8, 8)] [{layers}] [{{|CT2011:Quantize(Int8, {arguments})|}}] public partial class M;");

    [Theory]
    [InlineData("Quantize(Float32)")]
    [InlineData("Quantize(Int8, Backend.OneDnn, Activation = Observer.Percentile)")]
    [InlineData("Quantize(Int8, Activation = Observer.Percentile, Percentile = 100)")]
    [InlineData("Quantize(Int8, Weight = Observer.Percentile, Percentile = 99.5)")]
    [InlineData("Quantize(Int8, Mode = Dynamic, Weight = Observer.PerChannelMinMax)")]
    [InlineData("Quantize(Int8, Mode = WeightOnly, Weight = Observer.Mse)")]
    public Task Quantization_that_fits(string attribute) => OnLayer(attribute, "[Quantize(Int8, Backend.Qnnpack)]");

    [Fact]
    public Task A_float_network_with_a_quantized_layer() => OnLayer("Quantize(Int8)", "[Quantize(Float32)]");

    [Fact]
    public void Two_attributes_are_the_compilers_matter() => Assert.Contains(
        TestProject.Compilation("[Model(4)] [Linear(2)] [Quantize(Int8)] [Quantize(Float32)] public partial class M;").GetDiagnostics(),
        found => found.Id == "CS0579");

    [Fact]
    public Task Pruning_without_quantization_is_fine() => Analyze.Run("[Model(4)] [Linear(2)] [Prune(0.5)] public partial class M;");

    private static Task OnLayer(string attribute, string onClass = "") => Analyze.Run(
        $$"""
        [Model(4)] {{onClass}}
        public partial class M
        {
            [Linear(2), {{attribute}}] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) => Head(x);
        }
        """);
}
