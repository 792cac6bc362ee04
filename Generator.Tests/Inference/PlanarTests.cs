extern alias generator;

using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;
using PlanarKernels = generator::CompileTime.Generator.Plan.PlanarKernels;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>Random networks with their images kept as planes: every instruction set against the interpreter, bit for bit.</summary>
public sealed class PlanarTests
{
    private const float InputScale = 1 / 32f;
    private const float InputOffset = -3.5f;

    internal static readonly Lazy<(EngineBuilder Builder, IReadOnlyList<QuantizedModel> Models)> Engines = new(() =>
    {
        var builder = new EngineBuilder();
        QuantizedModel[] models = [.. Enumerable.Range(0, 400).Select(seed => RandomNetworks.Create(seed, isMixed: false))
            .Where(CanBePlanar).Take(100)];
        for (var i = 0; i < models.Length; i++)
            builder.Add("Planar" + i, models[i], InputScale, InputOffset, isPlanar: true);
        return (builder, models);
    });

    public static TheoryData<int> Numbers => new(Enumerable.Range(0, 100));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_instruction_set_gives_the_interpreters_bits(int number)
    {
        var (builder, models) = Engines.Value;
        var model = models[number];
        var random = new Random(number);
        var expected = new float[model.OutputLength];
        var actual = new float[model.OutputLength];
        var values = new float[model.InputLength];
        var bytes = new byte[model.InputLength];
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            var engine = builder.Create("Planar" + number, set);
            foreach (var range in (float[])[1, 1, 3, 8, 1e30f])
            {
                for (var i = 0; i < values.Length; i++)
                    values[i] = (random.NextSingle() - 0.5f) * range;
                Interpreter.Run(model, values, expected);
                Array.Fill(actual, float.NaN);
                engine.Predict(values, actual);
                Assert.Equal(expected, actual);
            }

            random.NextBytes(bytes);
            for (var i = 0; i < values.Length; i++)
                values[i] = QuantizedMath.FromByte(bytes[i], InputScale, InputOffset);
            Interpreter.Run(model, values, expected);
            engine.Predict(bytes, actual);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Networks_cover_every_operator_that_sees_images()
    {
        var nodes = Engines.Value.Models.Take(100).SelectMany(model => model.Network.Nodes).ToList();
        Assert.Contains(nodes, node => ScalarFunctions.Has(node.Op) && !node.Shape.IsFlat);
        QuantizedOp[] never = [QuantizedOp.Input, QuantizedOp.Dequantize, QuantizedOp.DynamicLinear]; // float values
        foreach (var op in Enum.GetValues<QuantizedOp>().Except(never).Where(op => !ScalarFunctions.Has(op)))
            Assert.Contains(nodes, node => node.Op == op && (op == QuantizedOp.Linear || op == QuantizedOp.Flatten || !node.Shape.IsFlat));
        Assert.Contains(nodes, node => node is { Op: QuantizedOp.Conv2d, Groups: > 1 });
        Assert.Contains(nodes, node => node.Window is { StrideHeight: > 1, StrideWidth: > 1, DilationHeight: > 1 });
    }

    /// <summary>Magnitudes of one sign never sum to more than the budget in a group, and every weight is in exactly one.</summary>
    [Fact]
    public void Groups_keep_the_budget()
    {
        var random = new Random(1);
        foreach (var budget in (int[])[PlanarTable.CalibratedBudget, PlanarTable.FullBudget])
        {
            for (var round = 0; round < 200; round++)
            {
                int[] weights = [.. Enumerable.Range(0, random.Next(200)).Select(_ => random.Next(-128, 128)).Where(weight => weight != 0)];
                var groups = PlanarGroups.Of(weights, budget);
                Assert.Equal(Enumerable.Range(0, weights.Length), groups.SelectMany(group => group).Order());
                foreach (var group in groups)
                {
                    Assert.InRange(group.Where(i => weights[i] > 0).Sum(i => weights[i]), 0, budget);
                    Assert.InRange(-group.Where(i => weights[i] < 0).Sum(i => weights[i]), 0, budget);
                }
            }
        }
    }

    private static bool CanBePlanar(QuantizedModel model)
    {
        var (text, _) = Artifact.Write(
            new NetworkDefinition { ModelName = "T.T", InputShape = model.Network.Input.Shape,
                Layers = EngineBuilder.Layers(model.Network) }, model, 0, []);
        return PlanarKernels.CanRun(generator::CompileTime.Shared.ManifestText.Read(text, out _)!.Network);
    }
}
