extern alias fixes;

using fixes::CompileTime.CodeFixes;

namespace CompileTime.Generator.Tests.CodeFixes;

public class DeclareLayerTests
{
    [Fact]
    public Task As_the_last_layer_of_its_kind() => Mend<DeclareLayerFix>.Run(
        """
        [Model(8)]
        public partial class M
        {
            [Linear(4), ReLU] private static partial Tensor A(Tensor x);
            [Linear(6, Bias = false), ReLU] private static partial Tensor B(Tensor x); // the second

            // Wires them.
            private static Tensor Forward(Tensor x)
            {
                x = B(A(x));
                x = {|CT1105:{|CS0103:C|}(x)|};
                return {|CT1105:{|CS0103:@class|}(ReLU(x))|};
            }
        }
        """,
        """
        [Model(8)]
        public partial class M
        {
            [Linear(4), ReLU] private static partial Tensor A(Tensor x);
            [Linear(6, Bias = false), ReLU] private static partial Tensor B(Tensor x);
            [Linear(6, Bias = false)] private static partial Tensor C(Tensor x);
            [Linear(6, Bias = false)] private static partial Tensor @class(Tensor x); // the second

            // Wires them.
            private static Tensor Forward(Tensor x)
            {
                x = B(A(x));
                x = C(x);
                return @class(ReLU(x));
            }
        }
        """,
        "Declare '[Linear(6, Bias = false)] private static partial Tensor C(Tensor x);'",
        "Linear");

    [Fact]
    public Task In_a_class_without_layer_methods() => Mend<DeclareLayerFix>.Run(
        """
        [Model(1, 8, 8)]
        public partial class M
        {
            /// <summary>Wires them.</summary>
            private static Tensor Forward(Tensor x) => ReLU({|CT1105:{|CS0103:Stem|}(x)|});
        }
        """,
        """
        [Model(1, 8, 8)]
        public partial class M
        {
            [Conv2d(16, 3, Padding = 1)] private static partial Tensor Stem(Tensor x);

            /// <summary>Wires them.</summary>
            private static Tensor Forward(Tensor x) => ReLU(Stem(x));
        }
        """,
        "Declare '[Conv2d(16, 3, Padding = 1)] private static partial Tensor Stem(Tensor x);'",
        "Conv2d");

    [Fact]
    public Task What_is_wrong_is_not_repeated() => Mend<DeclareLayerFix>.Run(
        """
        [Model(8)]
        public partial class M
        {
            [Linear({|CS1503:"4"|})] private static partial Tensor A(Tensor x);
            private static Tensor Forward(Tensor x) => {|CT1105:{|CS0103:B|}(A(x))|};
        }
        """,
        """
        [Model(8)]
        public partial class M
        {
            [Linear({|CS1503:"4"|})] private static partial Tensor A(Tensor x);
            [Linear(10)] private static partial Tensor B(Tensor x);
            private static Tensor Forward(Tensor x) => B(A(x));
        }
        """,
        "Declare '[Linear(10)] private static partial Tensor B(Tensor x);'",
        "Linear");

    [Fact]
    public Task A_layer_that_is_called_twice_is_declared_once() => Mend<DeclareLayerFix>.Run(
        """
        [Model(8)]
        public partial class M { private static Tensor Forward(Tensor x) =>
            Add({|CT1105:{|CS0103:A|}(x)|}, {|CT1105:{|CS0103:A|}(x)|}); }
        """,
        """
        [Model(8)]
        public partial class M { [Linear(10)] private static partial Tensor A(Tensor x); private static Tensor Forward(Tensor x) =>
            Add(A(x), {|CT1107:A(x)|}); }
        """,
        "Declare '[Linear(10)] private static partial Tensor A(Tensor x);'",
        "Linear");

    [Theory]
    [InlineData("{|CT1105:{|CS0103:A|}(x, x)|}")]
    [InlineData("{|CT1105:Twice(x)|}")]
    [InlineData("{|CT1105:Other.Twice(x)|}")]
    public Task What_is_no_layer_method_is_left(string call) => Mend<DeclareLayerFix>.RunWithout(
        "[Model(8)] public partial class M { private static Tensor Twice(Tensor x) => x; "
        + "private static Tensor Forward(Tensor x) => ReLU(" + call + "); } "
        + "public static class Other { public static Tensor Twice(Tensor x) => x; }");
}
