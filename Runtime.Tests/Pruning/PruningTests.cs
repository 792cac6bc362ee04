using CompileTime.Pruning;
using CompileTime.Tests.Quantization;
using CompileTime.Training;

namespace CompileTime.Tests.Pruning;

public sealed class PruningTests
{
    [Fact]
    public void Equal_values_go_by_position()
    {
        var (a, b) = (Create(1, -1, 1, 2), Create(1, 1, 0.5f));
        Prune([a, b], new PruningAmount(4, true));
        Assert.Equal([0, 0, 0, 1], a.Mask!);
        Assert.Equal([1, 1, 0], b.Mask!);
        Assert.Equal([0, 0, 0, 2], a.Value);
    }

    [Fact]
    public void What_is_not_a_number_goes_last()
    {
        var a = Create(float.NaN, float.PositiveInfinity, float.MaxValue, -0f);
        Prune([a], new PruningAmount(3, true));
        Assert.Equal([1, 0, 0, 0], a.Mask!);
    }

    [Fact]
    public void A_second_call_prunes_what_is_left()
    {
        var a = Create([.. Enumerable.Range(1, 100).Select(i => (float)i)]);
        Assert.Equal(50, Prune([a], new PruningAmount(0.5, false)));
        Assert.Equal(25, Prune([a], new PruningAmount(0.5, false)));
        Assert.Equal(76, Array.FindIndex(a.Value, value => value != 0) + 1);
        Assert.Throws<ArgumentException>(() => Prune([a], new PruningAmount(26, true)));
        Assert.Equal(25, Prune([a], new PruningAmount(25, true)));
        Assert.Equal(0, Prune([a], new PruningAmount(1.0, false)));
    }

    [Theory]
    [InlineData(-0.1, false)]
    [InlineData(1.1, false)]
    [InlineData(double.NaN, false)]
    [InlineData(-1, true)]
    [InlineData(5, true)]
    [InlineData(double.NaN, true)]
    public void Impossible_amounts_are_refused(double amount, bool isCount) =>
        Assert.Throws<ArgumentException>(() => new PruningAmount(amount, isCount).Of(4));

    [Fact]
    public void Nothing_to_prune_leaves_no_mask()
    {
        var a = Create(1, 2);
        Prune([a], new PruningAmount(0.2, false));
        Assert.Null(a.Mask);
    }

    [Fact]
    public void The_class_shares_a_threshold_and_layers_have_their_own()
    {
        const string Text = """
            model Demo.X
            input 4
            a = Linear(input) bias=true prune=L1:0.5:global -> 4
            b = Linear(a) bias=true prune=L1:3w:local -> 4
            c = Linear(b) bias=true -> 4
            d = Linear(c) bias=true prune=L1:0.5:global -> 4
            e = Linear(d) bias=true prune=L1:0:local -> 4

            """;
        var trainer = new Trainer(Text, 1);
        float[] Numbers(float factor) => [.. Enumerable.Range(1, 16).Select(i => i * factor)];
        foreach (var (name, factor) in new[] { ("a", 1f), ("b", 1f), ("c", 1f), ("d", 100f), ("e", 1f) })
            trainer.SetParameter(name + ".weight", Numbers(factor));
        trainer.Prune();

        // d's weights are all larger than a's: the shared threshold takes a's 16, and none of d's.
        Assert.All(trainer.GetParameter("a.weight"), value => Assert.Equal(0, value));
        Assert.Equal(Numbers(100f), trainer.GetParameter("d.weight"));
        Assert.Equal(3, trainer.GetParameter("b.weight").Count(value => value == 0));
        Assert.Equal(Numbers(1f), trainer.GetParameter("c.weight"));
        Assert.Equal(Numbers(1f), trainer.GetParameter("e.weight"));
        Assert.Equal(19.0 / 80, trainer.Sparsity);
    }

    [Fact]
    public void More_weights_than_there_are_is_an_error_that_changes_nothing()
    {
        var trainer = Networks.Trained("model Demo.X\ninput 6\na = Linear(input) bias=true prune=L1:0.5:local -> 3\n" +
            "b = Linear(a) bias=true prune=L1:10w:local -> 3\n", 6);
        var before = trainer.GetParameter("a.weight");
        Assert.Throws<ArgumentException>(trainer.Prune);
        Assert.Equal(before, trainer.GetParameter("a.weight"));
    }

    private static int Prune(IReadOnlyList<Parameter> parameters, PruningAmount amount)
    {
        var targets = parameters.Select(parameter =>
            Importance.Target(parameter, Units.Single(parameter.Value.Length), PruningMethod.L1, 1, 0)).ToList();
        var count = amount.Of(targets.Sum(target => target.Remaining));
        Selection.PruneLowest(targets, count);
        return count;
    }

    private static Parameter Create(params float[] values)
    {
        var parameter = new Parameter("weight", [values.Length]);
        values.CopyTo(parameter.Value, 0);
        return parameter;
    }
}
