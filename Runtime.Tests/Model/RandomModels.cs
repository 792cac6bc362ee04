using CompileTime.Models;
using CompileTime.Shared;
using CompileTime.Tests.Quantization;

namespace CompileTime.Tests.Model;

/// <summary>A quantized network of every operator with random weights, for tests of artifacts.</summary>
internal static class RandomModels
{
    public static (NetworkDefinition Definition, QuantizedModel Model) Create(int seed = 1, double density = 0.3)
    {
        var trainer = new Trainer(Networks.Graph, seed);
        var weights = trainer.GetParameter("fc.weight");
        var random = new Random(seed);
        for (var i = 0; i < weights.Length; i++)
            weights[i] = random.NextDouble() < density ? weights[i] : 0;
        trainer.SetParameter("fc.weight", weights);
        trainer.Calibrate(Networks.Data(128, 40, seed));
        var model = trainer.Convert();
        return (model.Definition, model.Model);
    }

    /// <summary>A Linear with the given weight, per channel with a bias or per tensor with a zero point.</summary>
    public static QuantizedModel Linear(sbyte[] values, int inputs, int zeroPoint = 0, bool bias = true)
    {
        var outputs = values.Length / inputs;
        var input = new QuantizedNode
        {
            Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = Shape.Flat(inputs), Scale = 0.1f, ZeroPoint = 3,
                Format = MemoryFormat.Contiguous,
        };
        var isPerChannel = zeroPoint == 0;
        var node = new QuantizedNode
        {
            Name = "l",
            Op = QuantizedOp.Linear,
            Inputs = [0],
            Shape = Shape.Flat(outputs),
            Scale = 0.5f,
            ZeroPoint = 7,
            Format = MemoryFormat.Contiguous,
            Weight = new WeightInfo([outputs, inputs], isPerChannel, zeroPoint, bias, QuantizedModel.CountNonzeros(values, zeroPoint)),
        };
        float[] scales = [.. Enumerable.Range(0, isPerChannel ? outputs : 1).Select(i => 0.01f * (i + 1))];
        float[] biases = bias ? [.. Enumerable.Range(0, outputs).Select(i => 0.25f * i)] : [];
        return new QuantizedModel(new QuantizedNetwork { Nodes = [input, node] },
            [null, new LayerWeights(values, scales, biases, zeroPoint)]);
    }

    public static void AssertEqual(QuantizedModel expected, QuantizedModel actual)
    {
        Assert.Equal(expected.Weights.Count, actual.Weights.Count);
        foreach (var (a, b) in expected.Weights.Zip(actual.Weights))
        {
            Assert.Equal(a is null, b is null);
            if (a is null)
                continue;
            Assert.Equal(a.Values.ToArray(), b!.Values.ToArray());
            Assert.Equal(a.Scales.ToArray(), b.Scales.ToArray());
            Assert.Equal(a.Bias.ToArray(), b.Bias.ToArray());
            Assert.Equal(a.ZeroPoint, b.ZeroPoint);
        }
    }
}
