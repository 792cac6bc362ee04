extern alias fixes;

using fixes::CompileTime.CodeFixes;

namespace CompileTime.Generator.Tests.CodeFixes;

public class LayerMethodTests
{
    [Fact]
    public Task Static_and_partial() => Mend<LayerMethodFix>.Run(
        """
        [Model(8)]
        public partial class M
        {
            /// <summary>The first.</summary>
            [Linear(4), ReLU] private partial Tensor {|CT1009:A|}(Tensor x); // not static
            [Linear(4), ReLU] private static Tensor {|CT1009:{|CS0501:B|}|}(Tensor x);
            [Linear(4), ReLU]
            Tensor {|CT1009:{|CS0501:C|}|}(Tensor x);

            private static Tensor Forward(Tensor x) => C(B({|CS0120:A|}(x)));
        }
        """,
        """
        [Model(8)]
        public partial class M
        {
            /// <summary>The first.</summary>
            [Linear(4), ReLU] private static partial Tensor A(Tensor x); // not static
            [Linear(4), ReLU] private static partial Tensor B(Tensor x);
            [Linear(4), ReLU]
            private static partial Tensor C(Tensor x);

            private static Tensor Forward(Tensor x) => C(B(A(x)));
        }
        """,
        "Make 'A' static");

    [Fact]
    public Task Without_a_body() => Mend<LayerMethodFix>.Run(
        """
        [Model(8)]
        public partial class M
        {
            [Linear(4)] private static Tensor {|CT1009:A|}(Tensor x) => x; // goes on
            [Linear(4)]
            public static Tensor {|CT1009:B|}(Tensor x) /* nothing */
            {
                return ReLU(x);
            }

            private static Tensor Forward(Tensor x) => B(A(x));
        }
        """,
        """
        [Model(8)]
        public partial class M
        {
            [Linear(4)] private static partial Tensor A(Tensor x); // goes on
            [Linear(4)]
            public static partial Tensor B(Tensor x) /* nothing */
            ;

            private static Tensor Forward(Tensor x) => B(A(x));
        }
        """,
        "Make 'A' partial and remove its body");

    [Theory]
    [InlineData("private static partial Tensor {|CT1009:A|}(Tensor x); private static partial Tensor A(Tensor x) => x;")]
    [InlineData("private static partial Tensor {|CT1009:A|}(Tensor x, Tensor y);")]
    [InlineData("static int {|CT1009:A|}(int x) => x + 1;")]
    [InlineData("public virtual Tensor {|CT1009:A|}(Tensor x) => x;")]
    [InlineData("private static required Tensor {|CT1009:{|CS0106:A|}|}(Tensor x) => x;")]
    [InlineData("private static Tensor {|CT1009:A|}(Tensor x) => x; private static Tensor A(Tensor x, Tensor y) => x;")]
    [InlineData("private static Tensor {|CT1009:input|}(Tensor x) => x;")]
    public Task What_is_meant_otherwise_is_left(string method) => Mend<LayerMethodFix>.RunWithout(
        "[Model(8)] public partial class M { [Linear(2)] " + method + " private static Tensor Forward(Tensor x) => ReLU(x); }");

    [Fact]
    public Task What_is_no_layer_stays_a_method() => Mend<LayerMethodFix>.RunWithout(
        "[Model(8)] public partial class M { [Quantize(Float32)] private static Tensor {|CT1009:A|}(Tensor x) => x; "
        + "private static Tensor Forward(Tensor x) => ReLU(x); }");

    [Theory]
    [InlineData("[Model(8)] public class {|CT1001:M|}")]
    [InlineData("[Model(8)] public partial class {|CT1002:M|}<T>")]
    public Task Where_a_body_cannot_be_generated_it_stays(string type) => Mend<LayerMethodFix>.RunWithout(
        type + " { [Linear(2)] private static Tensor {|CT1009:A|}(Tensor x) => x; private static Tensor Forward(Tensor x) => A(x); }");

    [Fact]
    public Task Forward_keeps_its_body() => Mend<LayerMethodFix>.RunWithout(
        "[Model(8)] public partial class M { [Linear(2)] private static partial Tensor A(Tensor x); [ReLU] private static Tensor {|CT1009:Forward|}(Tensor x) => A(x); }");
}
