using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>Networks in which pruning has left a layer, or every layer, without a single weight: they compile and run like
/// others.</summary>
public sealed class EmptyLayerTests
{
    private const int Networks = 60;

    private static readonly Lazy<(EngineBuilder Builder, QuantizedModel[] Models)> Engines = new(() =>
    {
        var builder = new EngineBuilder();
        var models = Enumerable.Range(0, Networks).Select(seed => Emptied(RandomNetworks.Create(1000 + seed), seed)).ToArray();
        for (var i = 0; i < models.Length; i++)
            builder.Add("Empty" + i, models[i]);
        return (builder, models);
    });

    public static TheoryData<int> Seeds => new(Enumerable.Range(0, Networks));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_instruction_set_gives_the_interpreters_bits(int seed)
    {
        var (builder, models) = Engines.Value;
        var model = models[seed];
        var random = new Random(seed);
        var expected = new float[model.OutputLength];
        var actual = new float[model.OutputLength];
        var values = new float[model.InputLength];
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            var engine = builder.Create("Empty" + seed, set);
            for (var i = 0; i < values.Length; i++)
                values[i] = (random.NextSingle() - 0.5f) * 4;
            Interpreter.Run(model, values, expected);
            Array.Fill(actual, float.NaN);
            engine.Predict(values, actual);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Layers_of_all_kinds_are_empty()
    {
        var empty = Engines.Value.Models.SelectMany(model => model.Network.Nodes).Where(node => node.Weight is { Nonzeros: 0 }).ToList();
        Assert.Contains(empty, node => node.Op == QuantizedOp.Linear);
        Assert.Contains(empty, node => node.Op == QuantizedOp.Conv2d && node.Groups == 1);
        Assert.Contains(empty, node => node.Op == QuantizedOp.Conv2d && node.Groups > 1);
        Assert.Contains(empty, node => node.Weight!.ZeroPoint != 0);
        Assert.Contains(empty, node => !node.Weight!.HasBias);
    }

    /// <summary>The network with one of its layers empty, or with all.</summary>
    private static QuantizedModel Emptied(QuantizedModel model, int seed)
    {
        var weighted = Enumerable.Range(0, model.Weights.Count).Where(i => model.Weights[i] is not null).ToList();
        List<int> chosen = seed % 2 == 0 || weighted.Count == 0 ? weighted : [weighted[seed % weighted.Count]];
        var nodes = model.Network.Nodes.Select((node, i) =>
            chosen.Contains(i) ? node with { Weight = node.Weight! with { Nonzeros = 0 } } : node);
        var weights = model.Weights.Select((weight, i) => chosen.Contains(i) ? Zeros(weight!) : weight);
        return new QuantizedModel(new QuantizedNetwork { Nodes = [.. nodes], Softmax = model.Network.Softmax }, [.. weights]);
    }

    private static LayerWeights Zeros(LayerWeights weight)
    {
        if (weight.FloatValues.Length > 0)
            return new LayerWeights(new float[weight.FloatValues.Length], weight.BiasArray);
        var values = new sbyte[weight.Values.Length];
        Array.Fill(values, (sbyte)weight.ZeroPoint);
        return new LayerWeights(values, weight.ScalesArray, weight.BiasArray, weight.ZeroPoint);
    }
}
