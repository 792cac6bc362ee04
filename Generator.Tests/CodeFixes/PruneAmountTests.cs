extern alias fixes;

using fixes::CompileTime.CodeFixes;

namespace CompileTime.Generator.Tests.CodeFixes;

public class PruneAmountTests
{
    [Fact]
    public Task One_becomes_all() => Mend<PruneAmountFix>.Run(
        """
        [Model(8)] [Linear(4)] [{|CT2008:Prune(1, L1)|}] public partial class A;
        [Model(8)] [Linear(4)] [{|CT2008:Prune(/* all */ count: 1)|}] public partial class B;
        """,
        """
        [Model(8)] [Linear(4)] [{|CT2009:Prune(1.0, L1)|}] public partial class A;
        [Model(8)] [Linear(4)] [{|CT2009:Prune(/* all */ amount: 1.0)|}] public partial class B;
        """,
        "Write 1.0, which is all, instead of 1, which is one",
        "All");

    [Fact]
    public Task One_becomes_one_percent_of_enough() => Mend<PruneAmountFix>.Run(
        "[Model(20)] [Linear(5)] [{|CT2008:Prune(1, L1)|}] public partial class A;",
        "[Model(20)] [Linear(5)] [Prune(0.01, L1)] public partial class A;",
        "Write 0.01, which is 1 %",
        "Percent");

    [Fact]
    public Task So_does_a_small_number() => Mend<PruneAmountFix>.Run(
        "[Model(784)] [Linear(10)] [{|CT2008:Prune(60, L1)|}] public partial class A;",
        "[Model(784)] [Linear(10)] [Prune(0.6, L1)] public partial class A;",
        "Write 0.6, which is 60 %",
        "Percent");

    [Fact]
    public Task A_percentage_becomes_a_fraction() => Mend<PruneAmountFix>.Run(
        """
        [Model(8)] [Linear(4)] [{|CT2001:Prune(60.0)|}] public partial class A;
        [Model(8)] [Linear(2)] [{|CT2001:Prune(60)|}] public partial class B;
        [Model(8)] [Linear(4)] [{|CT2001:Prune(amount: 12.5)|}] public partial class C;
        """,
        """
        [Model(8)] [Linear(4)] [Prune(0.6)] public partial class A;
        [Model(8)] [Linear(2)] [Prune(0.6)] public partial class B;
        [Model(8)] [Linear(4)] [Prune(amount: 0.125)] public partial class C;
        """,
        "Write 0.6, which is 60 %",
        "Percent");

    [Fact]
    public Task A_fraction_becomes_a_number() => Mend<PruneAmountFix>.Run(
        "[Model(8)] [Linear(4)] [{|CT2001:Prune(amount: 12.0)|}] public partial class A;",
        "[Model(8)] [Linear(4)] [Prune(count: 12)] public partial class A;",
        "Write 12, a number instead of a fraction",
        "Number");

    [Theory]
    [InlineData("-0.5")]
    [InlineData("600.0")]
    [InlineData("double.NaN")]
    [InlineData("-1")]
    [InlineData("Threshold = -1")]
    public Task What_nobody_can_guess_is_left(string amount) =>
        Mend<PruneAmountFix>.RunWithout($"[Model(8)] [Linear(4)] [{{|CT2001:Prune({amount})|}}] public partial class A;");

    [Fact]
    public Task N_of_M_is_no_amount() =>
        Mend<PruneAmountFix>.RunWithout("[Model(8)] [Linear(4)] [{|CT2001:PruneNofM(4, 4)|}] public partial class A;");
}
