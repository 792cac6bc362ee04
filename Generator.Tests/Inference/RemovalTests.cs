using System.Runtime.InteropServices;
using CompileTime.Models;
using CompileTime.Pruning.Removal;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Networks without their empty channels against the whole ones, bit for bit: by the interpreter, and as generated code with every
/// instruction set.
/// </summary>
public sealed class RemovalTests
{
    private const int Interpreted = 1200;
    private const int Compiled = 60;

    private static readonly Lazy<EngineBuilder> Engines = new(() =>
    {
        var builder = new EngineBuilder();
        for (var seed = 0; seed < Compiled; seed++)
            builder.Add("Removed" + seed, ChannelRemoval.Run(EmptiedNetworks.Create(seed)));
        return builder;
    });

    [Fact]
    public void Removal_changes_no_bit()
    {
        var shrunk = new Dictionary<(QuantizedOp Op, bool IsFloat), int>();
        var dropped = 0;
        for (var seed = 0; seed < Interpreted; seed++)
        {
            var whole = EmptiedNetworks.Create(seed);
            var removed = ChannelRemoval.Run(whole);
            var random = new Random(seed);
            var input = new float[whole.InputLength];
            for (var sample = 0; sample < 3; sample++)
            {
                for (var i = 0; i < input.Length; i++)
                    input[i] = (random.NextSingle() - 0.5f) * 8;
                var (expected, actual) = (Interpreter.Trace(whole, input)[^1], Interpreter.Trace(removed, input)[^1]);
                Assert.True(expected.AsSpan().SequenceEqual(actual) || SameValues(whole, expected, actual), "seed " + seed);
            }

            Assert.Equal(whole.Network.Input.Shape, removed.Network.Input.Shape);
            Assert.Equal(whole.Network.Output.Shape, removed.Network.Output.Shape);
            dropped += whole.Network.Nodes.Count > removed.Network.Nodes.Count ? 1 : 0;
            foreach (var node in removed.Network.Nodes)
            {
                if (whole.Network.Nodes.First(old => old.Name == node.Name).Shape != node.Shape)
                {
                    var kind = (ScalarFunctions.Has(node.Op) ? QuantizedOp.Sigmoid : node.Op, node.IsFloat);
                    shrunk[kind] = shrunk.GetValueOrDefault(kind) + 1;
                }
            }
        }

        // The test is worth something only if channels of every kind of operator did go, often.
        // Functions of one number count together; the input keeps its shape; what converts has a value of one type only.
        foreach (var op in Enum.GetValues<QuantizedOp>().Where(op => op == QuantizedOp.Sigmoid || !ScalarFunctions.Has(op)))
        {
            if (op is not (QuantizedOp.Input or QuantizedOp.Dequantize or QuantizedOp.DynamicLinear))
                CheckOften(op, isFloat: false, 15);
            if (op is not (QuantizedOp.Input or QuantizedOp.Quantize))
                CheckOften(op, isFloat: true, 4);
        }

        Assert.True(dropped >= 5, $"{dropped} networks lost an operator.");

        void CheckOften(QuantizedOp op, bool isFloat, int least)
        {
            var count = shrunk.GetValueOrDefault((op, isFloat));
            Assert.True(count >= least, $"{(isFloat ? "Float" : "Quantized")} {op} became smaller {count} times.");
        }
    }

    [Fact]
    public void Removal_is_done_at_once()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var removed = ChannelRemoval.Run(EmptiedNetworks.Create(seed));
            Assert.Same(removed, ChannelRemoval.Run(removed));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Generated_code_gives_the_whole_networks_bits(int seed)
    {
        var whole = EmptiedNetworks.Create(seed);
        var random = new Random(seed);
        var (expected, actual) = (new float[whole.OutputLength], new float[whole.OutputLength]);
        var values = new float[whole.InputLength];
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            var engine = Engines.Value.Create("Removed" + seed, set);
            foreach (var range in (float[])[1, 3, 8])
            {
                for (var i = 0; i < values.Length; i++)
                    values[i] = (random.NextSingle() - 0.5f) * range;
                Interpreter.Run(whole, values, expected);
                Array.Fill(actual, float.NaN);
                engine.Predict(values, actual);
                Assert.Equal(expected, actual);
            }
        }
    }

    /// <summary>Of float values, the sign of a zero may change.</summary>
    private static bool SameValues(QuantizedModel model, byte[] expected, byte[] actual) => model.Network.Output.IsFloat
        && MemoryMarshal.Cast<byte, float>(expected).SequenceEqual(MemoryMarshal.Cast<byte, float>(actual));

    public static TheoryData<int> Seeds => new(Enumerable.Range(0, Compiled));
}
