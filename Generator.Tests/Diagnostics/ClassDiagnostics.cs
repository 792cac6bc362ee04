using CompileTime.Generator.Tests.Harness;

namespace CompileTime.Generator.Tests.Diagnostics;

/// <summary>CT10xx: the form of the declaration.</summary>
public class ClassDiagnostics
{
    [Fact, Trait("Id", "CT1001")]
    public Task Not_partial() => Analyze.Run("[Model(4)] [Linear(2)] public class {|CT1001:M|};");

    [Fact, Trait("Id", "CT1001")]
    public Task In_a_class_that_is_not_partial() =>
        Analyze.Run("public class Outer { [Model(4)] [Linear(2)] public partial class {|CT1001:M|}; }");

    [Fact, Trait("Id", "CT1002")]
    public Task Generic() => Analyze.Run("[Model(4)] [Linear(2)] public partial class {|CT1002:M|}<T>;");

    [Fact, Trait("Id", "CT1002")]
    public Task In_a_generic_class() =>
        Analyze.Run("public partial class Outer<T> { [Model(4)] [Linear(2)] public partial class {|CT1002:M|}; }");

    [Theory, Trait("Id", "CT1003")]
    [InlineData("public static")]
    [InlineData("public abstract")]
    [InlineData("file")]
    public Task Not_ordinary(string modifiers) => Analyze.Run($"[Model(4)] [Linear(2)] {modifiers} partial class {{|CT1003:M|}} {{ }}");

    [Fact, Trait("Id", "CT1004")]
    public Task No_layers() => Analyze.Run("[Model(4)] public partial class {|CT1004:M|};");

    [Fact, Trait("Id", "CT1005")]
    public Task Layers_on_the_class_and_a_method() => Analyze.Run(
        """
        [Model(4)]
        [{|CT1005:Linear(2)|}]
        public partial class M
        {
            [Linear(3)] private static partial Tensor Head(Tensor x);
        }
        """);

    [Fact, Trait("Id", "CT1005")]
    public Task Layers_on_the_class_and_Forward() => Analyze.Run(
        """
        [Model(4)]
        [{|CT1005:Linear(2)|}]
        public partial class M
        {
            private static Tensor Forward(Tensor x) => ReLU(x);
        }
        """);

    [Fact]
    public Task A_method_of_the_users_may_be_called_Forward() => Analyze.Run(
        """
        [Model(4)]
        [Linear(2)]
        public partial class M
        {
            public int Forward(int steps) => steps + 1;
        }
        """);

    [Theory, Trait("Id", "CT1006")]
    [InlineData("0", "Linear(2)")]
    [InlineData("-3", "Linear(2)")]
    [InlineData("3, 0, 32", "Flatten")]
    [InlineData("65536, 65536, 65536", "Flatten")]
    public Task Input_shape(string shape, string layers) => Analyze.Run($"[{{|CT1006:Model({shape})|}}] [{layers}] public partial class M;");

    [Theory, Trait("Id", "CT1007")]
    [InlineData("InputScale = 0")]
    [InlineData("InputScale = -1f")]
    [InlineData("InputScale = float.NaN")]
    [InlineData("InputScale = float.PositiveInfinity")]
    [InlineData("InputScale = 1, InputOffset = float.NaN")]
    public Task Input_scale(string scale) => Analyze.Run($"[{{|CT1007:Model(4, {scale})|}}] [Linear(2)] public partial class M;");

    [Fact, Trait("Id", "CT1008")]
    public Task Own_constructor() => Analyze.Run("[Model(4)] [Linear(2)] public partial class M { {|CT1008:public M() { }|} }");

    [Fact, Trait("Id", "CT1008")]
    public Task Primary_constructor() => Analyze.Run("[Model(4)] [Linear(2)] public partial class M{|CT1008:(int a)|} { public int A => a; }");

    [Fact]
    public Task A_constructor_with_parameters_is_the_users() =>
        Analyze.Run("[Model(4)] [Linear(2)] public partial class M { public M(string name) => Name = name; public string Name { get; } }");

    [Theory, Trait("Id", "CT1009")]
    [InlineData("private partial Tensor {|CT1009:{|CS8795:Head|}|}(Tensor x);")]
    [InlineData("private static Tensor {|CT1009:Head|}(Tensor x) => x;")]
    [InlineData("private static partial Tensor {|CT1009:{|CS8795:Head|}|}(Tensor x, Tensor y);")]
    [InlineData("private static partial Tensor {|CT1009:{|CS8795:Head|}|}(in Tensor x);")]
    [InlineData("private static partial int {|CT1009:{|CS8795:Head|}|}(Tensor x);")]
    [InlineData("private static partial Tensor {|CT1009:{|CS8795:Head|}|}<T>(Tensor x);")]
    [InlineData("private static partial Tensor {|CT1009:Head|}(Tensor x); private static partial Tensor Head(Tensor x) => x;")]
    [InlineData("private static partial Tensor {|CT1009:{|CS8795:input|}|}(Tensor x);")]
    public Task Layer_method(string method) => Analyze.Run(
        "[Model(4)] public partial class M { [Linear(2)] " + method + " private static Tensor Forward(Tensor x) => ReLU(x); }");

    [Fact, Trait("Id", "CT1009")]
    public Task A_layer_method_with_pruning_only() => Analyze.Run(
        """
        [Model(4)]
        public partial class M
        {
            [Prune(0.5)] private static partial Tensor {|CT1009:{|CS8795:Head|}|}(Tensor x);
            private static Tensor Forward(Tensor x) => Head(x);
        }
        """);

    [Fact, Trait("Id", "CT1010")]
    public Task Layers_on_two_parts() => Analyze.Run(
        """
        [Model(4)] [Linear(3)] public partial class {|CT1010:M|};
        [Linear(2)] public partial class M;
        """);
}
