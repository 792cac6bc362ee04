using CompileTime.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

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
    [InlineData("private partial Tensor {|CT1009:Head|}(Tensor x);")]
    [InlineData("private static Tensor {|CT1009:Head|}(Tensor x) => x;")]
    [InlineData("private static partial Tensor {|CT1009:Head|}(Tensor x, Tensor y);")]
    [InlineData("private static partial Tensor {|CT1009:Head|}(in Tensor x);")]
    [InlineData("private static partial int {|CT1009:Head|}(Tensor x);")]
    [InlineData("private static partial Tensor {|CT1009:Head|}<T>(Tensor x);")]
    [InlineData("private static partial Tensor {|CT1009:Head|}(Tensor x); private static partial Tensor Head(Tensor x) => x;")]
    [InlineData("private static partial Tensor {|CT1009:input|}(Tensor x);")]
    public Task Layer_method(string method) => Analyze.Run(
        "[Model(4)] public partial class M { [Linear(2)] " + method + " private static Tensor Forward(Tensor x) => ReLU(x); }");

    [Theory, Trait("Id", "CT1009")]
    [InlineData("[Linear(2)] private static partial Tensor {|CT1009:A|}(Tensor x, Tensor y);", "A(x)")]
    [InlineData("private static Tensor A(Tensor x, Tensor y) => x;", "A(x)")]
    [InlineData("private static Tensor A(Tensor x, Tensor y) => x;", "A({|CT1105:A(x, x)|})")]
    public Task Layer_methods_of_one_name(string second, string result) => Analyze.Run(
        "[Model(4)] public partial class M { [Linear(2)] private static partial Tensor A(Tensor x); " + second
        + " private static Tensor Forward(Tensor x) => " + result + "; }");

    [Theory, Trait("Id", "CT1009")]
    [InlineData("Prune(0.5)")]
    [InlineData("Quantize(Float32)")]
    public Task A_layer_method_with_a_rule_only(string attribute) => Analyze.Run(
        $$"""
        [Model(4)]
        public partial class M
        {
            [{{attribute}}] private static partial Tensor {|CT1009:Head|}(Tensor x);
            private static Tensor Forward(Tensor x) => Head(x);
        }
        """);

    [Fact, Trait("Id", "CT1010")]
    public Task Layers_on_two_parts() => Analyze.Run(
        """
        [Model(4)] [Linear(3)] public partial class {|CT1010:M|};
        [Linear(2)] public partial class M;
        """);

    [Theory, Trait("Id", "CT1011")]
    [InlineData("public static M {|CT1011:Load|}(string file) => null!;")]
    [InlineData("public static M {|CT1011:Load|}(string file, CompileTime.InstructionSet set) => null!;")]
    [InlineData("public int {|CT1011:Load|} { get; }")]
    [InlineData("public void {|CT1011:Predict|}(ReadOnlySpan<float> a, Span<float> b) { }")]
    [InlineData("public int {|CT1011:Predict|}(ReadOnlySpan<byte> a, Span<float> b) => 1;")]
    [InlineData("private class {|CT1011:Predict|};")]
    [InlineData("public void {|CT1011:PredictBatch|}(ReadOnlySpan<float> a, Span<float> b) { }")]
    [InlineData("public static event Action {|CT1011:PredictBatch|} { add { } remove { } }")]
    [InlineData("private static void {|CT1011:CreateTrainer|}(int x) { }")]
    [InlineData("private const int {|CT1011:InputLength|} = 3;")]
    [InlineData("private static int {|CT1011:OutputLength|}(string x) => 3;")]
    [InlineData("private enum {|CT1011:InstructionSet|} { }")]
    [InlineData("private static int {|CT1011:__engine|} => 4;")]
    [InlineData("private static int {|CT1011:__definition|}() => 4;")]
    [InlineData("private readonly object {|CT1011:__loaded|} = 4;")]
    [InlineData("private {|CT1011:M|}(CompileTime.Inference.InferenceEngine engine) { }")]
    [InlineData("public required string {|CT1011:Name|} { get; set; }")]
    [InlineData("public required int {|CT1011:Size|};")]
    public Task A_member_in_the_way(string member) =>
        Analyze.Run("[Model(4)] [Linear(2)] public partial class M { " + member + " }");

    [Fact, Trait("Id", "CT1011")]
    public Task A_layer_method_in_the_way() => Analyze.Run(
        """
        [Model(4)]
        public partial class M
        {
            [Linear(2)] private static partial Tensor {|CT1011:InputLength|}(Tensor x);
            private static Tensor Forward(Tensor x) => InputLength(x);
        }
        """);

    [Theory]
    [InlineData("public static M Load(string folder, string name) => Load(folder + name);")]
    [InlineData("public static M Load(ref string path) => Load(path);")]
    [InlineData("public static M Load<T>(string path) => Load(path);")]
    [InlineData("public float[] Predict(float[] x) { var y = new float[OutputLength]; Predict(x.AsSpan(), y); return y; }")]
    [InlineData("public void Predict(Span<float> x, Span<float> y) { }")]
    [InlineData("public int PredictBatch() => InputLength;")]
    [InlineData("public static Trainer CreateTrainer(string seed) => CreateTrainer(seed.Length);")]
    [InlineData("private static int inputLength() => InputLength;")]
    [InlineData("private class Inner { public required int Load { get; init; } }")]
    public Task Overloads_are_the_users(string member) =>
        Analyze.Run("[Model(4)] [Linear(2)] public partial class M { " + member + " }");

    [Theory, Trait("Id", "CT1011")]
    [InlineData("public class Base(int a) { public int A => a; }", "{|CT1011:{|CS7036:M|}|}")]
    [InlineData("public class Base { private Base() { } public static Base Make() => new Base(); }", "{|CT1011:{|CS0122:M|}|}")]
    [InlineData("public class Base { public required int A { get; set; } }", "{|CT1011:M|}")]
    [InlineData("[Model(4)] [Linear(2)] public partial class Base;", "{|CT1011:M|}")]
    [InlineData("[Model(4)] [Linear(2)] public partial class Top; public class Base : Top;", "{|CT1011:M|}")]
    public Task A_base_class_in_the_way(string parent, string name) =>
        Analyze.Run(parent + "[Model(4)] [Linear(2)] public partial class " + name + " : Base;");

    [Theory]
    [InlineData("public class Base { protected Base() { } }")]
    [InlineData("public class Base(int a = 3) { public int A => a; }")]
    [InlineData("public class Base(params int[] a) { public int A => a.Length; }")]
    [InlineData("[Model(4)] [Linear(2)] public partial class Base { public Base(int a) : this() { } }")]
    [InlineData("public record Base;", "record")]
    public Task A_base_class_that_can_be_constructed(string parent, string kind = "class") => Analyze.Run(
        parent + (parent.Contains("Model", StringComparison.Ordinal)
            ? "public class M : Base;"
            : $"[Model(4)] [Linear(2)] public partial {kind} M : Base;"));

    [Theory, Trait("Id", "CT1011")]
    [InlineData("Predict")]
    [InlineData("Load")]
    [InlineData("InputLength")]
    public Task A_class_with_the_name_of_a_member(string name) =>
        Analyze.Run($"[Model(4)] [Linear(2)] public partial class {{|CT1011:{name}|}};");

    [Theory, Trait("Id", "CT1012")]
    [InlineData("[Linear(2)] public partial class {|CT1012:M|};")]
    [InlineData("[Linear(2)] public class {|CT1012:M|};")]
    [InlineData("[Prune(0.5)] public partial class {|CT1012:M|};")]
    [InlineData("public partial class {|CT1012:M|} { [Linear(2)] private static partial Tensor Head(Tensor x); }")]
    [InlineData("public partial class {|CT1012:M|} { [Linear(2)] private static partial Tensor A(Tensor x); "
        + "[Prune(0.5)] private partial int B(ref int x, params int[] y); }")]
    [InlineData("namespace N { public partial struct Outer { internal static partial class {|CT1012:M|} { "
        + "[Quantize(Float32)] private static partial Tensor Head(Tensor @in); } } }")]
    public Task Without_Model(string source) => Analyze.Run(source);

    [Theory]
    [InlineData("public class M { [Obsolete] public void Predict() { } }")]
    [InlineData("public partial class M { [Obsolete] private static partial Tensor Head(Tensor x); "
        + "private static partial Tensor Head(Tensor x) => x; }")]
    public Task Other_classes_are_not_looked_at(string source) => Analyze.Run(source);

    [Theory, Trait("Id", "CT1013")]
    [InlineData("Budget")]
    [InlineData("Budget(Bytes = 0)")]
    [InlineData("Budget(Macs = -1)")]
    [InlineData("Budget(Accuracy = 98)")]
    [InlineData("Budget(Accuracy = 0)")]
    [InlineData("Budget(Accuracy = double.NaN)")]
    public Task A_budget_that_says_nothing(string budget) =>
        Analyze.Run($"[Model(4)] [Linear(2)] [{{|CT1013:{budget}|}}] public partial class M;");

    [Theory]
    [InlineData("[Model(4)] public static partial class M { [Linear(2)] private static partial Tensor A(Tensor x); }")]
    [InlineData("[Model(4)] public abstract partial class M { [Linear(2)] private static partial Tensor A(Tensor x); }")]
    [InlineData("[Model(4)] public partial class M<T> { [Linear(2)] private static partial Tensor A(Tensor x); }")]
    [InlineData("[Model(4)] public partial class M { [Linear(2)] public static partial Tensor Predict(Tensor x); int InputLength; }")]
    [InlineData("[Model(4)] public partial class M { [Linear(2)] private static partial ref int A(in Tensor x, out string y); }")]
    [InlineData("[Model(4)] public partial class M { [Linear(2)] private partial Tensor? A<T>(Tensor? x = null); }")]
    public void What_is_wrong_does_not_keep_csc_from_asking_the_analyzer(string source)
    {
        // csc runs no analyzer when it finds an error in declarations, such as a partial method without a body.
        var completed = TestProject.Generate(TestProject.Compilation(source));
        Assert.Empty(completed.GetDeclarationDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error));
    }
}
