using CompileTime.Shared;

namespace CompileTime.Benchmarks.Networks;

/// <summary>
/// A network with weights from a seed, pruned and quantized: what is measured does not depend on what the weights are good for, only on
/// how many are left and where.
/// </summary>
internal sealed class PreparedNetwork
{
    private const int Seed = 1;

    private PreparedNetwork(CompressedModel model) => Model = model;

    /// <summary>The int8 network.</summary>
    public CompressedModel Model { get; }

    /// <summary>Multiply-accumulates of a sample, those of zeros included.</summary>
    public long Macs => Model.Model.Network.Nodes.Sum(node => (long)(node.Weight?.Elements ?? 0) * node.Shape.Positions);

    public static PreparedNetwork Create(BenchmarkNetwork network, Variant variant)
    {
        var definition = network.CreateTrainer(Seed).Definition;
        var trainer = new Trainer(DefinitionText.Write(variant.Of(definition)), Seed);
        foreach (var name in trainer.ParameterNames)
            trainer.SetParameter(name, Normal(trainer.GetParameter(name)));
        if (variant.Rule is not null)
            trainer.Prune();
        trainer.Calibrate(new Dataset(Samples(definition.InputShape.Elements, 64), new int[64]));
        return new PreparedNetwork(trainer.Convert());
    }

    // Weights start uniform and end, trained, near to normal (kurtosis 3 and a largest one of three standard deviations in the MLPerf Tiny
    // networks); what kernels may add in int16 depends on it. So: as large as they were, but normal.
    private static float[] Normal(float[] start)
    {
        // Scales and statistics of BatchNorm.
        if (start.All(value => value.Equals(start[0])))
            return start;
        var deviation = MathF.Sqrt(start.Average(value => value * value));
        var random = new Random(start.Length);
        return [.. start.Select(_ => deviation * MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle()))];
    }

    /// <summary>Values as they come from a normalized data set.</summary>
    public static float[] Samples(int length, int count)
    {
        var random = new Random(Seed);
        var values = new float[length * count];
        foreach (ref var value in values.AsSpan())
            value = (random.NextSingle() * 2) - 1;
        return values;
    }
}
