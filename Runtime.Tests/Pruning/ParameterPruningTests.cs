using CompileTime.Tests.Quantization;
using CompileTime.Tests.Training;

namespace CompileTime.Tests.Pruning;

/// <summary>The functions of torch.nn.utils.prune on a trainer; that they are PyTorch's is shown by the golden cases.</summary>
public sealed class ParameterPruningTests
{
    private readonly Trainer _trainer = Networks.Trained(Networks.Mlp, 6);

    private ParameterPruning Pruning => _trainer.Pruning;

    [Fact]
    public void A_mask_holds_until_it_is_removed()
    {
        Pruning.LnStructured("0.weight", 0.5, n: 2, dim: 0);
        Assert.True(_trainer.IsPruned && Pruning.IsPruned("0.weight") && !Pruning.IsPruned("0.bias"));
        var mask = Pruning.GetMask("0.weight")!;
        Assert.Equal(24, mask.Sum());
        Train();
        Assert.All(_trainer.GetParameter("0.weight").Zip(mask), pair => Assert.Equal(pair.Second == 0, pair.First == 0));
        Pruning.Remove("0.weight");
        Assert.False(_trainer.IsPruned);
        Assert.Equal(24, _trainer.GetParameter("0.weight").Count(value => value == 0));
        Train();
        Assert.DoesNotContain(0f, _trainer.GetParameter("0.weight"));
    }

    [Fact]
    public void Masks_can_be_given_flat_or_in_shape()
    {
        var mask = new float[3, 8];
        mask[0, 0] = mask[2, 7] = 1;
        Pruning.CustomFromMask("2.weight", mask);
        Assert.Equal(2, Pruning.GetMask("2.weight")!.Sum());
        Pruning.CustomFromMask("2.weight", mask.Cast<float>().Select((_, i) => i == 0 ? 1f : 0).ToArray());
        Assert.Equal(1, Pruning.GetMask("2.weight")!.Sum());
        Assert.Throws<ArgumentException>(() => Pruning.CustomFromMask("2.weight", new float[8, 3]));
        Assert.Throws<ArgumentException>(() => Pruning.CustomFromMask("2.weight", new float[23]));
        Assert.Throws<ArgumentException>(() => Pruning.CustomFromMask("2.weight", new int[24]));
        Assert.Contains("0.5", Assert.Throws<ArgumentException>(
            () => Pruning.CustomFromMask("2.weight", Enumerable.Repeat(0.5f, 24).ToArray())).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => Pruning.CustomFromMask("2.weight", null!));
    }

    [Fact]
    public void Patterns()
    {
        Pruning.NofM("2.weight", 1, 4);
        Assert.All(Pruning.GetMask("2.weight")!.Chunk(4), group => Assert.Equal(1, group.Sum()));
        Pruning.L1Blocks("0.weight", 0.25, 4, 3);
        Assert.Equal(36, Pruning.GetMask("0.weight")!.Sum());
        Pruning.Below("0.bias", 1e9);
        Assert.All(_trainer.GetParameter("0.bias"), value => Assert.Equal(0, value));
        Assert.Throws<ArgumentException>(() => Pruning.NofM("0.weight", 2, 4));
        Assert.Throws<ArgumentException>(() => Pruning.NofM("2.weight", 4, 4));
        Assert.Contains("at least 1",
            Assert.Throws<ArgumentException>(() => Pruning.NofM("2.weight", 0, 4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Pruning.L1Blocks("0.weight", 0.5, 9, 3));
        Assert.Throws<ArgumentException>(() => Pruning.L1Blocks("0.weight", 0.5, 0, 3));
        Assert.Throws<ArgumentException>(() => Pruning.L1Blocks("0.bias", 0.5, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pruning.Below("0.weight", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pruning.Below("0.weight", double.NaN));
        Assert.Throws<ArgumentException>(() => Pruning.LnStructured("0.weight", 0.5, 0, 0));
    }

    [Fact]
    public void A_fraction_of_blocks_is_a_share_of_the_weights()
    {
        // Blocks of 18, 18 and 12 weights, the last the smallest: 12 + 18 are nearer to 45 % of 48 than 12.
        _trainer.SetParameter("0.weight", [.. Enumerable.Range(0, 48).Select(i => i < 36 ? 2f + i : 1)]);
        Pruning.L1Blocks("0.weight", 0.45, 3, 6);
        Assert.Equal(18, Pruning.GetMask("0.weight")!.Sum());
    }

    [Fact]
    public void Names_must_be_of_what_is_trained()
    {
        var trainer = new Trainer(Networks.Graph, 1);
        Assert.Contains("running statistic",
            Assert.Throws<ArgumentException>(() => trainer.Pruning.Identity("stem.1.running_mean")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => trainer.Pruning.IsPruned("nope"));
        Assert.Throws<ArgumentException>(() => trainer.Pruning.GlobalUnstructured([], PruningMethod.L1, 0.5));
        Assert.Throws<ArgumentException>(() => trainer.Pruning.GlobalUnstructured(["fc.weight", "fc.weight"], PruningMethod.L1, 0.5));
        Assert.Throws<ArgumentException>(() => trainer.Pruning.GlobalUnstructured(["fc.weight"], PruningMethod.L1, 0.5,
            new Dictionary<string, Array> { ["a.weight"] = new float[36] }));
    }

    [Fact]
    public void Pruning_undoes_the_calibration_and_waits_for_Fit()
    {
        _trainer.Prune();
        _trainer.Calibrate(Networks.Data(6, 64));
        Pruning.Identity("0.weight");
        Assert.Contains("Calibrate again", Assert.Throws<InvalidOperationException>(_trainer.Convert).Message, StringComparison.Ordinal);
        var seen = 0;
        _trainer.Fit(Networks.Data(6, 64), new FitOptions
        {
            Progress = new Recorder(_ =>
            {
                seen++;
                Assert.Throws<InvalidOperationException>(() => Pruning.L1Unstructured("0.weight", 0.5));
                Assert.Throws<InvalidOperationException>(_trainer.RewindWeights);
            }),
        });
        Assert.Equal(1, seen);
    }

    [Fact]
    public void The_report_compares_with_the_network_before()
    {
        var test = Networks.Data(6, 200, seed: 9);
        var before = _trainer.Evaluate(test);
        Pruning.L1Unstructured("0.weight", 0.9);
        Train();
        _trainer.Calibrate(test);
        Assert.Equal(before, _trainer.Convert().Validate(test).Float);
    }

    private void Train() => _trainer.Fit(Networks.Data(6, 128), new FitOptions { Epochs = 2, Optimizer = new Adam(1e-2f) });
}
