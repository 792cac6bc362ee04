using CompileTime.Tests.Quantization;
using CompileTime.Training;

namespace CompileTime.Tests.Pruning;

/// <summary>What Prune makes of every kind of rule.</summary>
public sealed class PruningPlanTests
{
    [Fact]
    public void Filters_go_with_their_bias_and_batch_normalization()
    {
        var trainer = Trainer("""
            input 1x4x4
            c = Conv2d(input) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=1 bias=true prune=L2:0.5:local:filter -> 4x4x4
            n = BatchNorm(c) eps=1E-05 momentum=0.1 -> 4x4x4
            f = Flatten(n) -> 64
            l = Linear(f) bias=true -> 3
            """);
        Fill(trainer, "c.weight", i => i / 9 is 0 or 2 ? 0.1f : 1f);
        Fill(trainer, "c.bias", _ => 1);
        Fill(trainer, "n.bias", _ => 1);
        trainer.Prune();
        Assert.Equal([0, 1, 0, 1], trainer.Pruning.GetMask("c.bias")!);
        Assert.Equal([0, 1, 0, 1], trainer.Pruning.GetMask("n.weight")!);
        Assert.Equal([0, 1, 0, 1], trainer.GetParameter("n.bias"));
        Assert.False(trainer.Pruning.IsPruned("l.weight"));
        Assert.Equal(18.0 / (36 + 192), trainer.Sparsity);
    }

    [Fact]
    public void Structures_of_several_layers_are_ranked_by_the_mean_of_their_layer()
    {
        var trainer = Trainer("""
            input 4
            a = Linear(input) bias=true prune=L1:4w:global:filter -> 4
            b = Linear(a) bias=true prune=L1:4w:global:filter -> 4
            """);
        // The same ratios in a hundred times the size: from both layers the two smallest go.
        Fill(trainer, "a.weight", i => 1 + (i / 4));
        Fill(trainer, "b.weight", i => 100 * (1 + (i / 4)));
        trainer.Prune();
        Assert.Equal([0, 0, 1, 1], trainer.Pruning.GetMask("a.bias")!);
        Assert.Equal([0, 0, 1, 1], trainer.Pruning.GetMask("b.bias")!);
    }

    [Theory]
    [InlineData(6, 1)]
    [InlineData(7, 0)]
    public void A_layer_keeps_a_structure_while_others_can_go(int count, int kept)
    {
        var trainer = Trainer($"""
            input 4
            a = Linear(input) bias=true prune=L1:{count}w:global:filter -> 4
            b = Linear(a) bias=true prune=L1:{count}w:global:filter -> 4
            """);
        Fill(trainer, "a.weight", _ => 1);
        Fill(trainer, "b.weight", _ => 1);
        trainer.Prune();
        Assert.Equal(kept, trainer.Pruning.GetMask("a.bias")!.Sum());
        Assert.Equal(1, trainer.Pruning.GetMask("b.bias")!.Sum());
    }

    [Fact]
    public void N_of_M_keeps_the_largest_of_consecutive_inputs()
    {
        var trainer = Trainer("""
            input 8
            a = Linear(input) bias=true prune=L1:2of4:local -> 2
            """);
        trainer.SetParameter("a.weight", [4, -3, 2, 1, 0, 0, 0, 0, -1, 5, 5, 5, 1, 2, -4, 3]);
        trainer.Prune();
        Assert.Equal([4, -3, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 0, 0, -4, 3], trainer.GetParameter("a.weight"));

        // Of four zeros two are kept all the same: it is the pattern that counts. And twice is once.
        Assert.Equal([1, 1, 0, 0, 0, 0, 1, 1], trainer.Pruning.GetMask("a.weight")![..8]);
        trainer.Prune();
        Assert.Equal(0.5, trainer.Sparsity);
    }

    [Fact]
    public void N_of_M_in_a_convolution_groups_channels_at_one_place()
    {
        var trainer = Trainer("""
            input 4x2x2
            c = Conv2d(input) kernel=1x2 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true prune=L1:1of2:local -> 1x2x1
            """);
        trainer.SetParameter("c.weight", [1, 8, 2, 7, 3, 6, 4, 5]);
        trainer.Prune();
        Assert.Equal([0, 8, 2, 0, 0, 6, 4, 0], trainer.GetParameter("c.weight"));
    }

    [Fact]
    public void Blocks_lie_at_one_place_of_the_kernel()
    {
        var trainer = Trainer("""
            input 2x1x2
            c = Conv2d(input) kernel=1x2 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true prune=L1:2w:local:2x2 -> 4x1x1
            """);
        trainer.SetParameter("c.weight", [9, 1, 9, 1, 9, 1, 9, 1, 2, 9, 2, 9, 2, 9, 2, 9]);
        trainer.Prune();
        Assert.Equal([9, 0, 9, 0, 9, 0, 9, 0, 0, 9, 0, 9, 0, 9, 0, 9], trainer.GetParameter("c.weight"));
    }

    [Fact]
    public void Blocks_at_the_edges_are_smaller_and_not_worse_for_it()
    {
        // 3 x 3 in blocks of 2 x 2: four blocks of 4, 2, 2 and 1 elements. By sums the single element would go first.
        var trainer = Trainer("""
            input 3
            a = Linear(input) bias=true prune=L1:1w:local:2x2 -> 3
            """);
        trainer.SetParameter("a.weight", [1, 1, 2, 1, 1, 2, 2, 2, 2]);
        trainer.Prune();
        Assert.Equal([0, 0, 2, 0, 0, 2, 2, 2, 2], trainer.GetParameter("a.weight"));
    }

    [Theory]
    [InlineData("0.1", 0)]
    [InlineData("0.25", 4)]
    [InlineData("0.4", 8)]
    [InlineData("0.6", 8)]
    [InlineData("0.7", 16)]
    [InlineData("0.95", 16)]
    [InlineData("1", 18)]
    [InlineData("3w", 16)]
    public void A_share_of_blocks_is_a_share_of_the_weights(string amount, int pruned)
    {
        // 3 x 6 in blocks of 2 x 4. In the order of their scores 1, 2, 3 and 4 they have 4, 4, 8 and 2 weights.
        var trainer = Trainer($"""
            input 6
            a = Linear(input) bias=true prune=L1:{amount}:local:2x4 -> 3
            """);
        trainer.SetParameter("a.weight", [3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 1, 1, 2, 2, 2, 2, 4, 4]);
        trainer.Prune();
        Assert.Equal(pruned, trainer.GetParameter("a.weight").Count(value => value == 0));
    }

    [Fact]
    public void A_layer_keeps_its_only_block_where_those_of_others_are_too_large()
    {
        // 14 of 144 weights: the block of 16 in a is near enough, those of 64 in b are not, but there are two of them.
        var trainer = Trainer("""
            input 8
            a = Linear(input) bias=true prune=L1:0.1:global:32x8 -> 2
            b = Linear(a) bias=true prune=L1:0.1:global:32x8 -> 64
            """);
        Fill(trainer, "a.weight", _ => 1);
        Fill(trainer, "b.weight", _ => 1);
        trainer.Prune();
        Assert.All(trainer.GetParameter("a.weight"), value => Assert.Equal(1, value));
        Assert.All(trainer.GetParameter("b.weight"), value => Assert.Equal(1, value));
    }

    [Fact]
    public void A_schedule_reaches_the_share_of_blocks()
    {
        var trainer = Networks.Trained(Networks.Mlp.Replace("L1:0.5:global", "L1:0.5:global:5x3", StringComparison.Ordinal), 6);
        trainer.Fit(Networks.Data(6, 64), new FitOptions { Epochs = 4, Pruning = new Gradual(0, 3, 1) });
        var weights = trainer.ParameterNames.Where(name => trainer.Pruning.IsPruned(name)).Select(name => trainer.Pruning.GetMask(name)!)
            .ToList();
        var share = weights.Sum(mask => mask.Count(kept => kept == 0)) / (double)weights.Sum(mask => mask.Length);

        // Half a block more or less than half.
        Assert.InRange(share, 0.5 - (7.5 / weights.Sum(mask => mask.Length)), 0.5 + (7.5 / weights.Sum(mask => mask.Length)));
    }

    [Fact]
    public void Below_a_threshold()
    {
        var trainer = Trainer("""
            input 4
            a = Linear(input) bias=true prune=L1:below0.5:local -> 1
            """);
        trainer.SetParameter("a.weight", [0.5f, -0.4f, 0, -0.6f]);
        trainer.Prune();
        Assert.Equal([0.5f, 0, 0, -0.6f], trainer.GetParameter("a.weight"));
    }

    [Fact]
    public void Chance_is_the_seeds()
    {
        float[] Mask(int seed)
        {
            var trainer = Trainer("""
                input 20
                a = Linear(input) bias=true prune=Random:0.25:global -> 20
                b = Linear(a) bias=true prune=Random:0.25:global -> 20
                """, seed);
            Fill(trainer, "a.weight", _ => 1);
            trainer.Prune();
            return [.. trainer.Pruning.GetMask("a.weight")!, .. trainer.Pruning.GetMask("b.weight")!];
        }

        Assert.Equal(Mask(1), Mask(1));
        Assert.NotEqual(Mask(1), Mask(2));
        Assert.Equal(600, Mask(1).Sum());
        Assert.NotEqual(Mask(1)[..400], Mask(1)[400..]);
    }

    [Theory]
    [InlineData("L1:2of3:local")]
    [InlineData("L1:5w:local:filter")]
    [InlineData("L1:9w:local:2x2")]
    public void What_cannot_be_had_changes_nothing(string rule)
    {
        var trainer = Trainer($"""
            input 4
            a = Linear(input) bias=true prune=L1:0.5:local -> 4
            b = Linear(a) bias=true prune={rule} -> 4
            """);
        Fill(trainer, "a.weight", i => i);
        Assert.Throws<ArgumentException>(trainer.Prune);
        Assert.False(trainer.IsPruned);
    }

    [Theory]
    [InlineData("L1:1:local")]
    [InlineData("L1:1:local:filter")]
    [InlineData("L1:1:global:1x1")]
    public void An_empty_network_goes_all_the_way(string rule)
    {
        using var folder = new TemporaryFolder();
        var trainer = Networks.Trained(Networks.Mlp.Replace("L1:0.5:global", rule, StringComparison.Ordinal), 6);
        trainer.Prune();
        Assert.Equal(1, trainer.Sparsity);
        trainer.Fit(Networks.Data(6, 64), new FitOptions { Epochs = 1 });
        trainer.Calibrate(Networks.Data(6, 64));
        var model = trainer.Convert();

        // Nothing reads the input any more: one answer for all, the same one in float32, in int8, and from the file.
        var test = Networks.Data(6, 64, seed: 2);
        var share = trainer.Evaluate(test);
        Assert.Contains(share, Enumerable.Range(0, 3).Select(label => Enumerable.Range(0, 64).Count(i => test.Label(i) == label) / 64.0));
        Assert.Equal(share, model.Validate(test).Int8);
        model.Save(folder["Mlp"]);
        Assert.Equal(share, CompressedModel.Load(folder["Mlp.ctm"]).Validate(test).Int8);
    }

    [Fact]
    public void What_reads_an_empty_layer_can_be_quantized()
    {
        // b multiplies nothing but zeros, and has no bias: its range is not a mistake in calibration.
        var trainer = Trainer("""
            input 6
            quantize Int8 Fbgemm
            a = Linear(input) bias=true prune=L1:1:local:filter -> 5
            b = Linear(a) bias=false -> 4
            c = ReLU(b) -> 4
            d = Linear(c) bias=true -> 3
            """);
        trainer.Fit(Networks.Data(6, 64), new FitOptions { Epochs = 1 });
        trainer.Prune();
        trainer.Calibrate(Networks.Data(6, 64));

        // The result is d's bias, to half of a step between bytes, whatever is read.
        var model = trainer.Convert();
        var (bias, output) = (trainer.GetParameter("d.bias"), new float[3]);
        foreach (var sample in new float[][] { [0, 0, 0, 0, 0, 0], [1, -2, 3, -4, 5, -6] })
        {
            model.Predict(sample, output);
            Assert.All(output.Zip(bias), pair => Assert.Equal(pair.Second, pair.First, model.Model.Network.Output.Scale / 2));
        }

        var test = Networks.Data(6, 64, seed: 2);
        Assert.Equal(trainer.Evaluate(test), model.Validate(test).Int8);
    }

    private static Trainer Trainer(string layers, int seed = 1) => new("model Demo.X\n" + layers + "\n", seed);

    private static void Fill(Trainer trainer, string name, Func<int, float> value) =>
        trainer.SetParameter(name, [.. Enumerable.Range(0, trainer.GetParameter(name).Length).Select(value)]);
}
