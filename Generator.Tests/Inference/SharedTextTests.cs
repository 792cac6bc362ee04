using System.Text.RegularExpressions;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>Layers of one shape run the same text, each with its own weights.</summary>
public sealed class SharedTextTests
{
    private const int Layers = 9;
    private const int Channels = 20;

    [Theory]
    [InlineData(1, 1.0, false)]
    [InlineData(1, 0.1, false)]
    [InlineData(Channels, 1.0, false)]
    [InlineData(1, 1.0, true)]
    [InlineData(1, 0.1, true)]
    public void Layers_of_one_shape_share_their_text_and_keep_their_weights(int groups, double kept, bool isPlanar)
    {
        var random = new Random(groups);
        var shape = Shape.Image(Channels, 6, 7);
        var nodes = new List<QuantizedNode>
        {
            new()
            {
                Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Shape = shape, Scale = 1 / 8f, ZeroPoint = 9, Format = MemoryFormat.Contiguous,
            },
        };
        var weights = new List<LayerWeights?> { null };
        for (var layer = 1; layer <= Layers; layer++)
        {
            var values = new sbyte[Channels * (Channels / groups) * 9];
            for (var i = 0; i < values.Length; i++)
                values[i] = random.NextDouble() < kept ? (sbyte)random.Next(-127, 128) : (sbyte)0;
            // Two layers read the third one's value: what differs is the operator before them, too.
            nodes.Add(nodes[0] with
            {
                Name = "l" + layer, Op = QuantizedOp.Conv2d, Inputs = [layer == 5 ? 3 : layer - 1], Scale = layer == Layers ? 1 / 4f : 1 / 8f, ZeroPoint = 3 * layer,
                Relu = true, Groups = groups, Window = new Window(3, 3, Top: 1, Left: 1, Bottom: 1, Right: 1),
                Weight = new WeightInfo([Channels, Channels / groups, 3, 3], true, 0, false, values.Count(value => value != 0)),
            });
            weights.Add(new LayerWeights(values,
                [.. Enumerable.Range(0, Channels).Select(_ => (0.5f + random.NextSingle()) / (kept == 1 && groups == 1 ? 800 : 200))], [], 0));
        }

        nodes.Add(nodes[0] with { Name = "sum", Op = QuantizedOp.Add, Inputs = [4, Layers], Scale = 1 / 4f, ZeroPoint = 100 });
        weights.Add(null);
        var model = new QuantizedModel(new QuantizedNetwork { Nodes = nodes }, weights);
        var builder = new EngineBuilder();
        builder.Add("Net", model, isPlanar: isPlanar);
        var source = builder.Source("Net");
        // Fewer texts than layers in as many instruction sets: the values of the chain lie at few places by turns.
        var (kind, sets) = isPlanar ? ("_Planar", 2) : ("Wide", 3);
        Assert.InRange(Regex.Matches(source, @"static void \w+" + kind + @"\(").Count, 1, (sets * Layers) - 1);
        Assert.Matches(@"\(byte\*\)\(\(NodeHeader\*\)w \+ \d+\)", source);

        var sample = new float[model.InputLength];
        var (expected, actual) = (new float[model.OutputLength], new float[model.OutputLength]);
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            var engine = builder.Create("Net", set);
            for (var round = 0; round < 4; round++)
            {
                for (var i = 0; i < sample.Length; i++)
                    sample[i] = (random.NextSingle() - 0.3f) * 8 * (round + 1);
                Interpreter.Run(model, sample, expected);
                engine.Predict(sample, actual);
                Assert.Equal(expected, actual);
            }
        }

        Assert.True(expected.Distinct().Count() > 20);
    }
}
