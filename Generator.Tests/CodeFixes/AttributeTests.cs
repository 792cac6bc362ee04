extern alias fixes;

using fixes::CompileTime.CodeFixes;

namespace CompileTime.Generator.Tests.CodeFixes;

/// <summary>Attributes that stand twice, in pieces, or without the one that they need.</summary>
public class AttributeTests
{
    [Fact]
    public Task Layers_of_several_parts_are_moved_together() => Mend<LayersTogetherFix>.Run(
        [
            """
            [Model(8)]
            [Linear(4), ReLU] // the body
            [Prune(0.5)]
            public partial class {|CT1010:M|};
            """,
            """
            // Another file.
            [Linear(3), Quantize(Int8)] // the rest
            [ReLU,
             Linear(2)]
            public partial class M;
            """,
        ],
        [
            """
            [Model(8)]
            [Linear(4), ReLU]
            [Linear(3), ReLU, Linear(2)] // the body
            [Prune(0.5)]
            public partial class M;
            """,
            """
            // Another file.
            [Quantize(Int8)] // the rest
            public partial class M;
            """,
        ],
        "Move all layers of 'M' to the part with [Model]");

    [Fact]
    public Task A_second_attribute_is_removed() => Mend<DuplicateFix>.Run(
        """
        [Model(8)]
        [Linear(4), Prune(0.5)]
        [{|CS0579:Prune|}(0.6)] // more
        [Quantize(Int8), {|CS0579:Quantize|}(Float32)]
        public partial class M;
        """,
        """
        [Model(8)]
        [Linear(4), Prune(0.5)]
        // more
        [Quantize(Int8)]
        public partial class M;
        """,
        "Remove [Prune(0.6)]");

    [Theory]
    [InlineData("PruneAttribute", "Prune(0.5)", "[PruneNofM(2, 4)]")]
    [InlineData("PruneNofMAttribute", "PruneNofM(2, 4)", "[Prune(0.5)]")]
    public Task One_of_two_rules_is_removed(string way, string removed, string kept) => Mend<DuplicateFix>.Run(
        "[Model(8)] [Linear(4)] [Prune(0.5)] [{|CT2004:PruneNofM(2, 4)|}] public partial class M;",
        $"[Model(8)] [Linear(4)] {kept} public partial class M;",
        $"Remove [{removed}]",
        way);

    [Theory]
    [InlineData("One", "Padding = 1", "Paddings = [1, 2]")]
    [InlineData("Several", "Paddings = [1, 2]", "Padding = 1")]
    public Task One_of_two_arguments_is_removed(string way, string removed, string kept) => Mend<DuplicateFix>.Run(
        """
        [Model(1, 8, 8)] [{|CT1202:Conv2d(4, 3, Padding = 1, Paddings = [1, 2])|}] public partial class M;
        [Model(1, 8, 8)] [{|CT1202:Conv2d(4, 3, Paddings = [1, 2], Padding = 1)|}] public partial class N;
        """,
        $"""
        [Model(1, 8, 8)] [Conv2d(4, 3, {kept})] public partial class M;
        [Model(1, 8, 8)] [Conv2d(4, 3, {kept})] public partial class N;
        """,
        $"Remove '{removed}'",
        way);

    [Fact]
    public Task An_argument_that_stands_twice_is_removed_twice() => Mend<DuplicateFix>.Run(
        "[Model(1, 8, 8)] [{|CT1202:Conv2d(4, 3, Padding = 1, Paddings = [1, 2], {|CS0643:Padding = 1|})|}] public partial class M;",
        "[Model(1, 8, 8)] [Conv2d(4, 3, Paddings = [1, 2])] public partial class M;",
        "Remove 'Padding = 1, Padding = 1'",
        "One");

    [Fact]
    public Task A_rule_that_some_layers_follow_stays() => Mend<RemoveRuleFix>.RunWithout(
        """
        [Model(16)]
        [Quantize(Int8, Backend.Fbgemm)]
        public partial class M
        {
            [Linear(32)] private static partial Tensor Body(Tensor x);
            [BatchNorm, ReLU, Linear(8), {|CT2013:Quantize(Float32)|}] private static partial Tensor Neck(Tensor x);
            [Linear(10)] private static partial Tensor Head(Tensor x);

            private static Tensor Forward(Tensor x) => Head(Neck(Body(x)));
        }
        """);

    [Fact]
    public Task A_rule_that_does_nothing_is_removed() => Mend<RemoveRuleFix>.Run(
        """
        [Model(16)]
        [Quantize(Int8, Backend.Fbgemm)]
        public partial class M
        {
            [Linear(32)] private static partial Tensor Body(Tensor x);
            [BatchNorm, ReLU, {|CT2013:Quantize(Float32)|} /* part of Body */] private static partial Tensor Norm(Tensor x);
            [Linear(32)] private static partial Tensor Neck(Tensor x);
            [{|CT2015:Quantize(Float32)|}]
            [Hardswish] private static partial Tensor Act(Tensor x);
            [Linear(10)] private static partial Tensor Head(Tensor x);

            private static Tensor Forward(Tensor x) => Head(Act(Neck(Norm(Body(x)))));
        }

        [Model(4)] [ReLU, {|CT2002:Prune(0.5)|}] public partial class N;

        [Model(4), {|CT2016:Prune(0.5)|}]
        public partial class O
        {
            [Linear(4), Prune(0.25)] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) => Head(x);
        }
        """,
        """
        [Model(16)]
        [Quantize(Int8, Backend.Fbgemm)]
        public partial class M
        {
            [Linear(32)] private static partial Tensor Body(Tensor x);
            [BatchNorm, ReLU /* part of Body */] private static partial Tensor Norm(Tensor x);
            [Linear(32)] private static partial Tensor Neck(Tensor x);
            [Hardswish] private static partial Tensor Act(Tensor x);
            [Linear(10)] private static partial Tensor Head(Tensor x);

            private static Tensor Forward(Tensor x) => Head(Act(Neck(Norm(Body(x)))));
        }

        [Model(4)] [ReLU] public partial class N;

        [Model(4)]
        public partial class O
        {
            [Linear(4), Prune(0.25)] private static partial Tensor Head(Tensor x);
            private static Tensor Forward(Tensor x) => Head(x);
        }
        """,
        "Remove [Quantize(Float32)]");

    [Fact]
    public Task Float32_stands_alone() => Mend<FloatFix>.Run(
        """
        [Model(8)] [Quantize(Int8)] public partial class M
        {
            [Linear(4), {|CT2010:Quantize(Float32, Mode = Dynamic)|}] private static partial Tensor A(Tensor x);
            [Linear(4)] private static partial Tensor B(Tensor x);
            [Linear(4), {|CT2010:Quantize(Precision.Float32, Backend.X86)|}] private static partial Tensor C(Tensor x);
            private static Tensor Forward(Tensor x) => C(B(A(x)));
        }
        """,
        """
        [Model(8)] [Quantize(Int8)] public partial class M
        {
            [Linear(4), Quantize(Float32)] private static partial Tensor A(Tensor x);
            [Linear(4)] private static partial Tensor B(Tensor x);
            [Linear(4), Quantize(Precision.Float32)] private static partial Tensor C(Tensor x);
            private static Tensor Forward(Tensor x) => C(B(A(x)));
        }
        """,
        "Write [Quantize(Float32)]",
        "Alone");

    [Theory]
    [InlineData("Int8, Activation = Observer.PerChannelMinMax", "Int8, Activation = Observer.MinMax", "Write Observer.MinMax", "Write")]
    [InlineData("Int8, Mode = WeightOnly, Activation = Observer.MinMax", "Int8, Mode = WeightOnly",
        "Remove 'Activation = Observer.MinMax'", "Remove")]
    [InlineData("Int8, Percentile = 99", "Int8", "Remove 'Percentile = 99'", "Remove")]
    [InlineData("Int8, Percentile = 3, Activation = Observer.Percentile", "Int8, Activation = Observer.Percentile",
        "Remove 'Percentile = 3'", "Remove")]
    public Task An_argument_that_contradicts(string before, string after, string title, string way) => Mend<QuantizeArgumentFix>.Run(
        $"[Model(8)] [Linear(4)] [{{|CT2010:Quantize({before})|}}] public partial class M;",
        $"[Model(8)] [Linear(4)] [Quantize({after})] public partial class M;",
        title,
        way);

    [Fact]
    public Task A_rule_that_needs_others_beside_it_is_removed() => Mend<RemoveRuleFix>.Run(
        """
        [Model(8)] [Linear(4)] [{|CT2010:Quantize(Float32)|}] public partial class M;
        [Model(8)] public partial class N
        {
            [Linear(4), {|CT2010:Quantize(Int8)|}] private static partial Tensor A(Tensor x);
            private static Tensor Forward(Tensor x) => A(x);
        }
        """,
        """
        [Model(8)] [Linear(4)] public partial class M;
        [Model(8)] public partial class N
        {
            [Linear(4)] private static partial Tensor A(Tensor x);
            private static Tensor Forward(Tensor x) => A(x);
        }
        """,
        "Remove [Quantize(Float32)]");

    [Theory]
    [InlineData("{|CT2014:Quantize(Int8, Backend.OneDnn)|}", "Quantize(Int8)")]
    [InlineData("Quantize(Int8)", "{|CT2014:Quantize(Int8, Activation = Observer.MinMax)|}", "Quantize(Float32), ")]
    public Task A_rule_without_which_layers_agree_is_removed(string one, string other, string before = "")
    {
        string Source(string first, string second) => $$"""
            [Model(8)] [Quantize(Int8)] public partial class M
            {
                [{{before}}Linear(8)] private static partial Tensor Neck(Tensor x);
                [Linear(4){{first}}] private static partial Tensor A(Tensor x);
                [Linear(4){{second}}] private static partial Tensor B(Tensor x);
                private static Tensor Forward(Tensor x) { x = Neck(x); return {{(before.Length == 0 ? "B(A(x))" : "Add(A(x), B(x))")}}; }
            }
            """;
        var isFirst = one.StartsWith('{');
        var title = (isFirst ? one : other)[8..^2];
        return Mend<RemoveRuleFix>.Run(
            Source(", " + one, ", " + other), Source(isFirst ? "" : ", " + one, isFirst ? ", " + other : ""), $"Remove [{title[1..]}]");
    }

    [Fact]
    public Task A_rule_without_which_layers_would_still_not_agree_stays() => Mend<RemoveRuleFix>.RunWithout(
        """
        [Model(8)] [Quantize(Int8, Backend.X86)] public partial class M
        {
            [Linear(8), Quantize(Int8, Backend.OneDnn)] private static partial Tensor A(Tensor x);
            [Linear(4), {|CT2014:Quantize(Int8)|}] private static partial Tensor B(Tensor x);
            private static Tensor Forward(Tensor x) => B(A(x));
        }
        """);

    [Theory]
    [InlineData("Int8", "Float32")]
    [InlineData("Int8", "Int8")]
    [InlineData("Float32", "Int8")]
    public Task A_class_gets_the_rule_that_its_layers_differ_from(string own, string whole) => Mend<FloatFix>.Run(
        $$"""
        [Model(8)] // eight
        public partial class M
        {
            [Linear(4), {|CT2010:Quantize({{own}})|}] private static partial Tensor A(Tensor x);
            [Linear(4), {|CT2010:Quantize({{own}})|}] private static partial Tensor B(Tensor x);
            [Linear(4)] private static partial Tensor C(Tensor x);
            private static Tensor Forward(Tensor x) => C(B(A(x)));
        }
        """,
        $$"""
        [Model(8)]
        [Quantize({{whole}})] // eight
        public partial class M
        {
            [Linear(4), Quantize({{own}})] private static partial Tensor A(Tensor x);
            [Linear(4), Quantize({{own}})] private static partial Tensor B(Tensor x);
            [Linear(4)] private static partial Tensor C(Tensor x);
            private static Tensor Forward(Tensor x) => C(B(A(x)));
        }
        """,
        $"Add [Quantize({whole})] to 'M'",
        "Class" + whole);
}
