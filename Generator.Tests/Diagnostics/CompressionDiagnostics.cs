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

    [Theory]
    [InlineData("0")]
    [InlineData("0.0")]
    [InlineData("1.0")]
    [InlineData("8")]
    public Task The_ends_of_the_range(string amount) => Analyze.Run($"[Model(4)] [Linear(2)] [Prune({amount})] public partial class M;");

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
    [InlineData("{|CT2003:Prune(0.5, (PruningMethod)9)|}")]
    public Task A_number_that_names_no_member(string attribute) =>
        Analyze.Run($"[Model(4)] [Linear(2)] [{attribute}] public partial class M;");

    [Fact]
    public Task Pruning_without_quantization_is_fine() => Analyze.Run("[Model(4)] [Linear(2)] [Prune(0.5)] public partial class M;");
}
