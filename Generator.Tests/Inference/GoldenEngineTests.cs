using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Tests.Golden;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Every operator and every network that PyTorch recorded, run by generated code with each instruction set: no byte may differ.
/// </summary>
public sealed class GoldenEngineTests
{
    private static readonly Lazy<(EngineBuilder Builder, Dictionary<string, GoldenNetwork> Networks)> Engines = new(Build);

    public static TheoryData<string> Operators => GoldenFamily.Ids("qops", found => GoldenNetworks.Of(found) is not null);

    public static TheoryData<string> Pipelines => GoldenFamily.Ids("pipeline", found => found.Text("kind") == "quantized");

    [Theory]
    [MemberData(nameof(Operators))]
    public void Operator_is_reproduced_to_the_byte(string id) => Check("qops_" + id);

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Network_is_reproduced_to_the_byte(string id) => Check("pipeline_" + id.Replace('.', '_'));

    private static void Check(string name)
    {
        var network = Engines.Value.Networks[name];
        var output = network.Model.Network.Output;
        var logits = new float[output.Shape.Elements];
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            var engine = Engines.Value.Builder.Create(name, set);
            for (var i = 0; i < network.Samples.Count; i++)
            {
                engine.Predict(network.Samples[i].Values, logits);
                var expected = network.Samples[i].Expected.Select(value => QuantizedMath.Dequantize(value, output.Scale, output.ZeroPoint));
                Assert.True(expected.SequenceEqual(logits), $"{name}, {set}, sample {i}: "
                    + string.Join(" ", expected.Zip(logits).Select((pair, at) => (at, pair))
                        .Where(item => item.pair.First != item.pair.Second)
                        .Take(5).Select(item => $"[{item.at}] expected {item.pair.First} got {item.pair.Second}")));
            }
        }
    }

    private static (EngineBuilder, Dictionary<string, GoldenNetwork>) Build()
    {
        var builder = new EngineBuilder();
        var networks = new Dictionary<string, GoldenNetwork>();
        foreach (var found in GoldenFamily.Load("qops").Cases)
        {
            if (GoldenNetworks.Of(found) is { } network)
                networks.Add("qops_" + found.Id, network);
        }

        var pipelines = GoldenFamily.Load("pipeline");
        foreach (var found in pipelines.Cases.Where(found => found.Text("kind") == "quantized"))
            networks.Add("pipeline_" + found.Id.Replace('.', '_'), GoldenPipelines.Of(pipelines, found));
        foreach (var (name, network) in networks)
            builder.Add(name, network.Model);
        return (builder, networks);
    }
}
