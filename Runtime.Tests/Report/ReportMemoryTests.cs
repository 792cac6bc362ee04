using CompileTime.Tests.Quantization;

namespace CompileTime.Tests.Report;

/// <summary>Alone, because the memory of a process is that of all its tests.</summary>
[CollectionDefinition("Memory of reports", DisableParallelization = true)]
[Collection("Memory of reports")]
public sealed class ReportMemoryTests
{
    [Fact]
    public void Memory_does_not_grow_with_the_number_of_samples()
    {
        var trainer = Networks.Trained(Networks.Residual, 64);
        trainer.Calibrate(Networks.Data(64, 64, seed: 2));
        var model = trainer.Convert();
        var test = Networks.Data(64, 4096, seed: 11);
        var statistics = () => new Reports.NetworkStatistics(trainer.Definition, model.Origin!, model.Model);
        var (few, many) = (statistics(), statistics());
        few.Run(test, 64);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        many.Run(test, 4096);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        // One batch's activations; those of all samples would be 4096 * 6 KB as float32 alone.
        Assert.InRange(grown, long.MinValue, 2 << 20);
        Assert.Equal(4096 * 64, many.Nodes[0].Statistics.Histogram.Count);
        GC.KeepAlive(few);
    }
}
