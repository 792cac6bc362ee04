using CompileTime.Generator.Tests.Inference;
using CompileTime.Models;
using CompileTime.Shared;
using CompileTime.Tests.Quantization;

namespace CompileTime.Generator.Tests.Hostile;

/// <summary>Good artifacts to be damaged: random networks of every operator, and trained ones with every kind of layer and rule.</summary>
internal static class GoodArtifacts
{
    private const string Rules = """
        model Demo.Rules
        input 3x6x6 scale=0.5 offset=-2
        quantize Int8 Qnnpack activation=Percentile weight=PerChannelMinMax percentile=99.5
        a = Conv2d(input) kernel=3x2 stride=2x1 padding=1,0,1,1 dilation=1x1 groups=1 bias=true prune=L2:0.5:local:filter -> 8x3x6
        n = BatchNorm(a) eps=0.001 momentum=0.2 -> 8x3x6
        e = ELU(n) alpha=0.5 -> 8x3x6
        l = LeakyReLU(e) negative_slope=0.2 -> 8x3x6
        s = SiLU(l) -> 8x3x6
        g = GELU(s) -> 8x3x6
        f = Flatten(g) -> 144
        x = Linear(f) bias=true prune=L1:2of4:local -> 16
        h = Hardswish(x) -> 16
        y = Linear(h) bias=false prune=L1:0.5:local:4x4 quantize=Float32 -> 12
        t = Tanh(y) -> 12
        i = Sigmoid(t) -> 12
        z = Linear(i) bias=true prune=Random:3w:local -> 5

        """;

    public static List<(NetworkDefinition Definition, QuantizedModel Model)> All()
    {
        List<(NetworkDefinition, QuantizedModel)> all = [.. Random(40)];
        foreach (var (text, length) in new[] { (Networks.Graph, 128), (Networks.Residual, 64), (Networks.Mlp, 6), (Rules, 108) })
        {
            var trainer = new Trainer(text, 1);
            var data = Networks.Data(length, 60);
            trainer.Fit(data);
            if (text.Contains("prune=", StringComparison.Ordinal))
                trainer.Prune();
            trainer.Calibrate(data);
            var model = trainer.Convert();
            all.Add((model.Definition, model.Model));
        }

        return all;
    }

    public static IEnumerable<(NetworkDefinition Definition, QuantizedModel Model)> Random(int count) =>
        Enumerable.Range(0, count).Select(seed => Of(RandomNetworks.Create(seed)));

    private static (NetworkDefinition, QuantizedModel) Of(QuantizedModel model) => (new NetworkDefinition
    {
        ModelName = "Test.Net",
        InputShape = model.Network.Input.Shape,
        InputScale = 0.5f,
        Layers = EngineBuilder.Layers(model.Network),
    }, model);
}
