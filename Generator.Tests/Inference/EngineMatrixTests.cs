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

    internal static readonly Lazy<(EngineBuilder Builder, QuantizedModel[] Models)> Engines = new(() =>
    {
        var builder = new EngineBuilder();
        var models = Enumerable.Range(0, Networks).Select(RandomNetworks.Create).ToArray();
        for (var i = 0; i < models.Length; i++)
            builder.Add("Random" + i, models[i], InputScale, InputOffset, i % 3 == 0 ? "Qnnpack" : "Fbgemm");
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
            // Then what no calibration ever saw: far outside of int32 after scaling.
            foreach (var range in (float[])[1, 1, 3, 8, 1e9f, 1e30f])
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
    public void Layer_names_that_mean_something_in_generated_code_are_harmless()
    {
        var builder = new EngineBuilder();
        var model = Chain("out", "w", "s", "Avx2", "A", "A_Dense", "node", "Forward", "Pack", "class");
        builder.Add("Names", model);
        var (expected, actual) = (new float[3], new float[3]);
        Interpreter.Run(model, [1, 0.5f, 0.25f], expected);
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            builder.Create("Names", set).Predict([1, 0.5f, 0.25f], actual);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Without_a_bias_nothing_is_added_whatever_the_scales_are()
    {
        // The reciprocal of the product of the scales is infinite; zero times infinity must not come in.
        var model = Chain("tiny");
        var node = model.Network.Nodes[1] with
        {
            Scale = 1e-39f, Weight = model.Network.Nodes[1].Weight! with { IsPerChannel = false, Nonzeros = 3 },
        };
        var network = new Shared.QuantizedNetwork { Nodes = [model.Network.Nodes[0] with { Scale = 1e-20f }, node] };
        model = new QuantizedModel(network, [null, new LayerWeights([3, 0, 0, 0, 3, 0, 0, 0, 3], [1e-20f], [], 0)]);
        var builder = new EngineBuilder();
        builder.Add("Tiny", model);
        var (expected, actual) = (new float[3], new float[3]);
        Interpreter.Run(model, [1e-20f, 2e-20f, 3e-20f], expected);
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            builder.Create("Tiny", set).Predict([1e-20f, 2e-20f, 3e-20f], actual);
            Assert.Equal(expected, actual);
        }
    }

    private static QuantizedModel Chain(params string[] names)
    {
        var input = new Shared.QuantizedNode
        {
            Name = "input", Op = Shared.QuantizedOp.Quantize, Inputs = [], Shape = Shared.Shape.Flat(3), Scale = 0.01f, ZeroPoint = 0,
            Format = Shared.MemoryFormat.Contiguous,
        };
        var nodes = new List<Shared.QuantizedNode> { input };
        var weights = new List<LayerWeights?> { null };
        foreach (var name in names)
        {
            nodes.Add(input with
            {
                Name = name, Op = Shared.QuantizedOp.Linear, Inputs = [nodes.Count - 1],
                Weight = new Shared.WeightInfo([3, 3], IsPerChannel: true, 0, HasBias: false, 5),
            });
            weights.Add(new LayerWeights([100, 1, 0, 0, 100, 1, 0, 0, 100], [0.01f, 0.01f, 0.01f], [], 0));
        }

        return new QuantizedModel(new Shared.QuantizedNetwork { Nodes = nodes }, weights);
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
        foreach (var op in Enum.GetValues<Shared.QuantizedOp>()
            .Where(op => op is not (Shared.QuantizedOp.Quantize or Shared.QuantizedOp.Input)))
            Assert.True(nodes.Exists(node => node.Op == op && node.IsFloat), $"no {op} of float values");
        Assert.Contains(nodes, node => node.IsFloat && node.Weight is { IsFloat: true });
        Assert.Contains(nodes, node => node.IsFloat && node.Op != Shared.QuantizedOp.DynamicLinear && node.Weight is { IsFloat: false });
        Assert.Contains(nodes, node => node.Op == Shared.QuantizedOp.Conv2d && node.Groups > 1 && node.Groups < node.Weight!.Outputs);
    }
}
