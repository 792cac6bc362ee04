using CompileTime.Generator.Tests.Harness;

namespace CompileTime.Generator.Tests.Diagnostics;

/// <summary>CT2012 to CT2015: what follows from which layers become part of others, and which values are float32.</summary>
public class FusionDiagnostics
{
    [Theory, Trait("Id", "CT2012")]
    [InlineData("Conv2d(4, 3), MaxPool2d(2), {|CT2012:BatchNorm|}")]
    [InlineData("{|CT2012:BatchNorm|}, Conv2d(4, 3)")]
    [InlineData("Conv2d(4, 3), BatchNorm, {|CT2012:BatchNorm|}")]
    [InlineData("Conv2d(4, 3), ReLU, {|CT2012:BatchNorm|}")]
    public Task A_BatchNorm_that_follows_no_weights(string layers) =>
        Analyze.Run($"[Model(1, 8, 8)] [{layers}, Flatten, Linear(2)] [Quantize(Int8)] public partial class M;");

    [Fact, Trait("Id", "CT2012")]
    public Task A_BatchNorm_whose_input_is_read_by_others() => Analyze.Run(
        """
        [Model(4), Quantize(Int8)]
        public partial class M
        {
            [Linear(4)] private static partial Tensor A(Tensor x);
            [{|CT2012:BatchNorm|}] private static partial Tensor Norm(Tensor x);
            private static Tensor Forward(Tensor x) { x = A(x); return Add(x, Norm(x)); }
        }
        """);

    [Theory]
    [InlineData("[Linear(4), BatchNorm, ReLU, Linear(2)] [Quantize(Int8)]")]
    [InlineData("[Linear(4), Dropout(0.5), BatchNorm, Linear(2)] [Quantize(Int8)]")]
    [InlineData("[BatchNorm, Linear(2)]")]
    public Task A_BatchNorm_that_can_be_folded_or_need_not_be(string attributes) =>
        Analyze.Run($"[Model(4)] {attributes} public partial class M;");

    [Theory, Trait("Id", "CT2013")]
    [InlineData("BatchNorm, {|CT2013:Quantize(Float32)|}", "")]
    [InlineData("ReLU, {|CT2013:Quantize(Float32)|}", "")]
    [InlineData("BatchNorm, ReLU, {|CT2013:Quantize(Int8, Backend.Qnnpack)|}", "")]
    [InlineData("Dropout(0.5), ReLU, {|CT2013:Quantize(Float32)|}", "")]
    [InlineData("BatchNorm, ReLU, Linear(4), {|CT2013:Quantize(Float32)|}", "")]
    [InlineData("ReLU, Linear(4), ReLU, {|CT2013:Quantize(Float32)|}", "")]
    [InlineData("Linear(4), BatchNorm, ReLU, Quantize(Float32)", "")]
    [InlineData("BatchNorm, ReLU, Quantize(Float32)", ", Quantize(Float32)")]
    [InlineData("BatchNorm, ReLU, Quantize(Int8, Backend.Fbgemm)", "")]
    public Task A_rule_on_layers_that_become_part_of_another(string layers, string onBody) => Analyze.Run(
        $$"""
        [Model(4), Quantize(Int8, Backend.Fbgemm)]
        public partial class M
        {
            [Linear(4){{onBody}}] private static partial Tensor Body(Tensor x);
            [{{layers}}] private static partial Tensor Norm(Tensor x);
            [Linear(2)] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) => Head(Norm(Body(x)));
        }
        """);

    [Fact]
    public Task A_rule_on_a_ReLU_that_two_layers_keep_apart() => Analyze.Run(
        """
        [Model(4), Quantize(Int8, Backend.Fbgemm)]
        public partial class M
        {
            [Linear(4)] private static partial Tensor A(Tensor x);
            [ReLU, Quantize(Int8, Backend.Qnnpack)] private static partial Tensor Act(Tensor x);
            [Linear(2)] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) { x = A(x); return Head(Add(x, Act(x))); }
        }
        """);

    [Theory, Trait("Id", "CT2014")]
    [InlineData("", ", {|CT2014:Quantize(Int8, Backend.OneDnn)|}", "")]
    [InlineData("", ", Quantize(Int8, Backend.OneDnn)", ", {|CT2014:Quantize(Int8, Backend.X86)|}")]
    [InlineData("", ", Quantize(Int8, Backend.OneDnn)", ", Quantize(Int8, Backend.OneDnn)")]
    [InlineData("", ", Quantize(Int8, Activation = Observer.Mse)", "")]
    [InlineData("", "", ", Quantize(Int8, Backend.OneDnn)")]
    [InlineData("", "", "")]
    public Task Backends_with_and_without_reduced_range(string onStem, string onA, string onB) =>
        Analyze.Run(Fork(onStem, onA, onB, "B(MaxPool2d(A(x), 2))"));

    [Theory, Trait("Id", "CT2014")]
    [InlineData(", Quantize(Float32)", ", Quantize(Int8, Backend.OneDnn)", ", {|CT2014:Quantize(Int8, Backend.X86)|}")]
    [InlineData(", Quantize(Float32)", ", {|CT2014:Quantize(Int8, Activation = Observer.Mse)|}", "")]
    [InlineData(", Quantize(Float32)", ", Quantize(Int8, Weight = Observer.Mse)", "")]
    [InlineData("", ", Quantize(Int8, Activation = Observer.Mse)", "")]
    public Task Readers_of_one_value_with_different_rules(string onStem, string onA, string onB) =>
        Analyze.Run(Fork(onStem, onA, onB, "Add(A(x), B(x))"));

    private static string Fork(string onStem, string onA, string onB, string result) => $$"""
        [Model(1, 8, 8), Quantize(Int8, Backend.Fbgemm)]
        public partial class M
        {
            [Conv2d(4, 3){{onStem}}] private static partial Tensor Stem(Tensor x);
            [Conv2d(4, 1){{onA}}] private static partial Tensor A(Tensor x);
            [Conv2d(4, 1){{onB}}] private static partial Tensor B(Tensor x);
            private static Tensor Forward(Tensor x) { x = Stem(x); return {{result}}; }
        }
        """;

    [Theory, Trait("Id", "CT2015")]
    [InlineData("{|CT2015:Quantize(Float32)|}", "Hardswish")]
    [InlineData("{|CT2015:Quantize(Float32)|}", "MaxPool2d(2)")]
    [InlineData("{|CT2015:Quantize(Float32)|}", "MaxPool2d(2), ELU, ReLU")]
    [InlineData("Quantize(Float32)", "Hardswish, MaxPool2d(2), ELU")]
    [InlineData("Quantize(Float32)", "Conv2d(4, 1), Hardswish")]
    [InlineData("Quantize(Float32)", "AvgPool2d(2)")]
    [InlineData("Quantize(Float32)", "Sigmoid")]
    public Task Float_between_int8(string quantize, string layers) => Analyze.Run(
        $$"""
        [Model(1, 8, 8), Quantize(Int8)]
        public partial class M
        {
            [Conv2d(4, 3)] private static partial Tensor Stem(Tensor x);
            [{{layers}}, {{quantize}}] private static partial Tensor Island(Tensor x);
            [Flatten, Linear(2)] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) => Head(Island(Stem(x)));
        }
        """);

    [Theory]
    [InlineData("Head(Island(x))")]
    [InlineData("Island(Head(x))")]
    public Task Float_at_an_end_of_the_network(string forward) => Analyze.Run(
        $$"""
        [Model(4), Quantize(Int8)]
        public partial class M
        {
            [Hardswish, Quantize(Float32)] private static partial Tensor Island(Tensor x);
            [Linear(2)] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) => {{forward}};
        }
        """);
}
