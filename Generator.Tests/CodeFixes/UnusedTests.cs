extern alias fixes;

using fixes::CompileTime.CodeFixes;

namespace CompileTime.Generator.Tests.CodeFixes;

public class UnusedTests
{
    [Fact]
    public Task Layers_are_removed() => Mend<UnusedLayerFix>.Run(
        """
        [Model(8)]
        public partial class M
        {
            // The body.
            [Linear(4)] private static partial Tensor A(Tensor x);

            // An attempt that failed.
            [Linear(4)] private static partial Tensor {|CT1106:B|}(Tensor x);

            /// <summary>
            /// Another one.
            /// </summary>
            [Linear(5)] // five
            private static partial Tensor {|CT1106:C|}(Tensor x); // not used

            [Linear(5)] private static partial Tensor {|CT1106:D|}(Tensor x); [Linear(2)] private static partial Tensor E(Tensor x);

            [Linear(5)] private static partial Tensor {|CT1106:F|}(Tensor x);

            private static Tensor Forward(Tensor x) => E(A(x));
        }
        """,
        """
        [Model(8)]
        public partial class M
        {
            // The body.
            [Linear(4)] private static partial Tensor A(Tensor x);

            // An attempt that failed.

            // not used

            [Linear(2)] private static partial Tensor E(Tensor x);

            private static Tensor Forward(Tensor x) => E(A(x));
        }
        """,
        "Remove the layer 'B'");

    [Fact]
    public Task A_layer_that_is_named_elsewhere_stays() => Mend<UnusedLayerFix>.RunWithout(
        """
        [Model(8)]
        public partial class M
        {
            [Linear(8)] private static partial Tensor {|CT1106:A|}(Tensor x);
            private static Tensor Forward(Tensor x) => ReLU(x);
            private static Tensor Forward(Tensor x, int times) => A(x);
        }
        """);

    [Fact]
    public Task A_layer_that_another_part_names_stays() => Mend<UnusedLayerFix>.RunWithout(
        """
        [Model(8)]
        public partial class M
        {
            [Linear(8)] private static partial Tensor {|CT1106:A|}(Tensor x);
            private static Tensor Forward(Tensor x) => ReLU(x);
        }
        """,
        "public partial class M { private static Tensor Other(Tensor x) => A(x); }");

    [Fact]
    public Task A_layer_that_another_class_names_stays() => Mend<UnusedLayerFix>.RunWithout(
        """
        [Model(8)]
        public partial class M
        {
            [Linear(8)] internal static partial Tensor {|CT1106:A|}(Tensor x);
            private static Tensor Forward(Tensor x) => ReLU(x);
        }
        """,
        "internal static class Other { public static Tensor Twice(Tensor x) => M.A(M.A(x)); }");

    [Fact]
    public Task A_layer_goes_that_only_shares_its_name_with_another() => Mend<UnusedLayerFix>.Run(
        """
        [Model(8)]
        public partial class M
        {
            [Linear(8)] internal static partial Tensor {|CT1106:A|}(Tensor x);
            private static Tensor Forward(Tensor x) => ReLU(x);
        }

        [Model(8)]
        public partial class N
        {
            [Linear(8)] internal static partial Tensor A(Tensor x);
            private static Tensor Forward(Tensor x) => A(x);
        }
        """,
        """
        [Model(8)]
        public partial class M
        {
            private static Tensor Forward(Tensor x) => ReLU(x);
        }

        [Model(8)]
        public partial class N
        {
            [Linear(8)] internal static partial Tensor A(Tensor x);
            private static Tensor Forward(Tensor x) => A(x);
        }
        """,
        "Remove the layer 'A'");

    [Fact]
    public async Task Where_a_fix_is_offered_a_test_that_expects_none_fails()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Mend<UnusedLayerFix>.RunWithout(
            """
            [Model(8)]
            public partial class M
            {
                [Linear(8)] private static partial Tensor {|CT1106:A|}(Tensor x);
                private static Tensor Forward(Tensor x) => ReLU(x);
            }
            """));
        Assert.Contains("Context: Iterative code fix application", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Results_are_removed() => Mend<UnusedResultFix>.Run(
        """
        [Model(8)]
        public partial class M
        {
            private static Tensor Forward(Tensor x)
            {
                // Once used.
                var a = {|CT1108:ReLU(x)|};
                var b = {|CT1108:Tanh(x)|}; // nor this
                Tensor c;
                c = {|CT1108:Tanh(x)|}; x = ReLU(x);
                return x;
            }
        }
        """,
        """
        [Model(8)]
        public partial class M
        {
            private static Tensor Forward(Tensor x)
            {
                // Once used.
                // nor this
                x = ReLU(x);
                return x;
            }
        }
        """,
        "Remove 'var a = ReLU(x);'");

    [Fact]
    public Task A_local_has_its_other_values_still() => Mend<UnusedResultFix>.Run(
        """
        [Model(8)]
        public partial class M
        {
            private static Tensor Forward(Tensor x)
            {
                Tensor a, b;
                a = {|CT1108:Tanh(x)|};
                a = ReLU(x);
                b = {|CT1108:Tanh(x)|};
                return ReLU(a);
            }
        }
        """,
        """
        [Model(8)]
        public partial class M
        {
            private static Tensor Forward(Tensor x)
            {
                Tensor a, b;
                a = ReLU(x);
                return ReLU(a);
            }
        }
        """,
        "Remove 'a = Tanh(x);'");

    [Fact]
    public Task What_another_unused_result_is_made_of_stays_until_that_one_is_gone() => Mend<UnusedResultFix>.Run(
        """
        [Model(8)]
        public partial class M
        {
            private static Tensor Forward(Tensor x)
            {
                Tensor a;
                a = {|CT1108:Tanh(x)|};
                var b = {|CT1108:ReLU(a)|};
                return ReLU(x);
            }
        }
        """,
        """
        [Model(8)]
        public partial class M
        {
            private static Tensor Forward(Tensor x)
            {
                return ReLU(x);
            }
        }
        """,
        "Remove 'var b = ReLU(a);'",
        rounds: 2);

    [Fact]
    public Task One_after_the_other_where_one_reads_another() => Mend<UnusedResultFix>.Run(
        """
        [Model(8)]
        public partial class M
        {
            private static Tensor Forward(Tensor x)
            {
                var a = {|CT1108:ReLU(x)|};
                var b = {|CT1108:Tanh(a)|};
                return ReLU(x);
            }
        }
        """,
        """
        [Model(8)]
        public partial class M
        {
            private static Tensor Forward(Tensor x)
            {
                return ReLU(x);
            }
        }
        """,
        "Remove 'var b = Tanh(a);'",
        rounds: 2);
}
