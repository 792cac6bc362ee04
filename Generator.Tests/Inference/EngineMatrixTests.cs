using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Reference;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>Random networks: generated code with every instruction set against the reference interpreter, bit for bit.</summary>
public sealed class EngineMatrixTests
{
    private const int Networks = 150;
    private const float InputScale = 1 / 32f;
    private const float InputOffset = -3.5f;

    private static readonly Lazy<(EngineBuilder Builder, QuantizedModel[] Models)> Engines = new(() =>
    {
        var builder = new EngineBuilder();
        var models = Enumerable.Range(0, Networks).Select(RandomNetworks.Create).ToArray();
        for (var i = 0; i < models.Length; i++)
            builder.Add("Random" + i, models[i], InputScale, InputOffset);
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
        var bytes = new byte[model.InputLength];
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            var engine = builder.Create("Random" + seed, set);
            // Calibrated inputs, then inputs that make bytes above 127: the fast and the wide kernels.
            foreach (var range in (float[])[1, 1, 3, 8])
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
            Array.Fill(actual, float.NaN);
            engine.Predict(bytes, actual);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Networks_cover_every_operator_and_both_kinds_of_weights()
    {
        var nodes = Engines.Value.Models.SelectMany(model => model.Network.Nodes).ToList();
        foreach (var op in Enum.GetValues<Shared.QuantizedOp>())
            Assert.Contains(nodes, node => node.Op == op);
        Assert.Contains(nodes, node => node.Weight is { IsPerChannel: true });
        Assert.Contains(nodes, node => node.Weight is { IsPerChannel: false, ZeroPoint: 0 });
        Assert.Contains(nodes, node => node.Weight is { ZeroPoint: not 0 });
        Assert.Contains(nodes, node => node.Op == Shared.QuantizedOp.Conv2d && node.Groups > 1 && node.Groups < node.Weight!.Outputs);
    }
}
