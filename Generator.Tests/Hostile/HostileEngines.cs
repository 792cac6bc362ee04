using CompileTime.Generator.Tests.Inference;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Hostile;

/// <summary>
/// Generated code runs whatever artifact of its network passes the readers: with scales, zero points and weights that no training
/// ever gave. Its kernels use pointers; they must stay within their memory, and give what the interpreter gives.
/// </summary>
public sealed class HostileEngines(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int Networks = 24;
    private const int Rounds = 1_500;

    private static readonly float[] s_scales =
        [float.Epsilon, 1.1754944E-38f, 1E-30f, 1.1920929E-07f, 1E-3f, 1 / 3f, 0.5f, 1, 1.5f, 255, 1E10f, 1E30f, float.MaxValue];

    private static readonly float[] s_biases = [0, -0f, float.Epsilon, 1E-20f, 0.5f, -3, 1E10f, -1E20f, float.MaxValue, float.MinValue];

    [Fact]
    public void Give_what_the_interpreter_gives()
    {
        var builder = new EngineBuilder();
        var good = GoodArtifacts.Random(Networks).ToArray();
        for (var i = 0; i < Networks; i++)
            builder.Add("N" + i, good[i].Model);
        var ran = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(round);
            var (definition, original) = good[round % Networks];
            if (Edit(definition, original, random) is not { } model || !Architecture.SameCode(original.Network, model.Network))
                continue;
            ran++;
            var input = new float[model.InputLength];
            for (var i = 0; i < input.Length; i++)
                input[i] = random.Next(40) == 0 ? float.MaxValue : (random.NextSingle() * 4) - 2;
            var expected = new float[model.OutputLength];
            Interpreter.Run(model, input, expected);
            foreach (var set in (InstructionSet[])[InstructionSet.Portable, .. EngineBuilder.InstructionSetsHere.TakeLast(round % 8 == 0 ? 3 : 1)])
            {
                var actual = new float[model.OutputLength];
                builder.Create("N" + (round % Networks), set, model).Predict(input, actual);
                Assert.True(expected.AsSpan().SequenceEqual(actual), $"Round {round}, {set}: [{string.Join(' ', expected.Take(9))}] became "
                    + $"[{string.Join(' ', actual.Take(9))}]\n{Artifact.Write(definition, model, 0, []).Manifest}");
            }
        }

        output.WriteLine($"{Rounds} edited artifacts, {ran} run by generated code");
        Assert.InRange(ran, Rounds / 3, Rounds);
    }

    // Written and read again as files are; null if it was refused.
    private static QuantizedModel? Edit(NetworkDefinition definition, QuantizedModel model, Random random)
    {
        // The same for all values that were alike, since some operators ask for that.
        var scales = new Dictionary<(float, int), (float, int)>();
        var nodes = model.Network.Nodes.Select(node =>
        {
            if (node.IsFloat)
                return node;
            if (!scales.TryGetValue((node.Scale, node.ZeroPoint), out var edited))
            {
                edited = (random.Next(3) == 0 ? s_scales[random.Next(s_scales.Length)] : node.Scale,
                    random.Next(3) == 0 ? random.Next(256) : node.ZeroPoint);
                scales.Add((node.Scale, node.ZeroPoint), edited);
            }

            return node with { Scale = edited.Item1, ZeroPoint = edited.Item2 };
        }).ToList();
        var weights = model.Weights.Select(layer => layer is null || random.Next(2) == 0 ? layer : Edit(layer, random)).ToList();
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Weight is { } info)
                nodes[i] = nodes[i] with { Weight = info with { Nonzeros = Enumerable.Range(0, info.Elements).Count(k => !weights[i]!.IsZero(k)) } };
        }

        try
        {
            var edited = new QuantizedModel(new QuantizedNetwork { Nodes = nodes, Softmax = model.Network.Softmax }, weights);
            var (manifest, blob) = Artifact.Write(definition, edited, 0, []);
            return Artifact.Read(manifest, blob, "edited").Model;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static LayerWeights Edit(LayerWeights layer, Random random)
    {
        float[] bias = [.. layer.BiasArray.Select(value => random.Next(4) == 0 ? s_biases[random.Next(s_biases.Length)] : value)];
        if (layer.FloatArray.Length > 0)
            return new LayerWeights([.. layer.FloatArray.Select(value => random.Next(8) == 0 ? s_biases[random.Next(s_biases.Length)] : value)], bias);
        var extreme = random.Next(3);
        return new LayerWeights([.. layer.ValuesArray.Select(value => extreme switch
        {
            0 => value,
            1 => (sbyte)(random.Next(2) == 0 ? -128 : 127),
            _ => (sbyte)random.Next(-128, 128),
        })], [.. layer.ScalesArray.Select(value => random.Next(4) == 0 ? s_scales[random.Next(s_scales.Length)] : value)], bias, layer.ZeroPoint);
    }
}
