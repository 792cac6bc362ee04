using CompileTime.Inference;
using CompileTime.Reference;

namespace CompileTime.Tests.Golden;

/// <summary>Every operator PyTorch recorded (family qops), run by the interpreter: no element may differ.</summary>
public sealed class GoldenOperatorTests
{
    public static TheoryData<string> Ids => GoldenFamily.Ids("qops");

    [Theory]
    [MemberData(nameof(Ids))]
    public void Operator_is_reproduced_to_the_byte(string id)
    {
        var found = GoldenFamily.Load("qops")[id];
        var network = GoldenNetworks.Of(found);
        if (network is not null)
            CheckNetwork(network);
        switch (found.Text("op"))
        {
            case "quantize_per_tensor":
                GoldenScalars.CheckQuantizePerTensor(found);
                break;
            case "quantize_per_channel":
                GoldenScalars.CheckQuantizePerChannel(found);
                break;
            case "clamp":
                GoldenScalars.CheckClamp(found);
                break;
            case "mean":
                GoldenScalars.CheckMean(found);
                break;
            case var op:
                Assert.True(network is not null, $"The operator '{op}' is not known: nothing was checked.");
                break;
        }
    }

    private static void CheckNetwork(GoldenNetwork network)
    {
        Assert.NotEmpty(network.Samples);
        var output = network.Model.Network.Output;
        var logits = new float[output.Shape.Elements];
        foreach (var sample in network.Samples)
        {
            var trace = Interpreter.Trace(network.Model, sample.Values);
            for (var i = 0; i < sample.Operands.Count; i++)
                Assert.Equal(sample.Operands[i], trace[i + 1]);
            Assert.Equal(sample.Expected, trace[^1]);

            Interpreter.Run(network.Model, sample.Values, logits);
            Assert.Equal(sample.Expected.Select(value => QuantizedMath.Dequantize(value, output.Scale, output.ZeroPoint)), logits);
        }
    }
}
