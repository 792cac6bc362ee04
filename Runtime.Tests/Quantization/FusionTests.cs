using CompileTime.Quantization;
using CompileTime.Training;

namespace CompileTime.Tests.Quantization;

public sealed class FusionTests
{
    [Fact]
    public void A_graph_is_folded_and_fused()
    {
        var fused = Fusion.Run(new FloatNetwork(Networks.Definition(Networks.Graph), seed: 1));
        Assert.True(fused.Softmax);
        Assert.Equal(
            ["stem.0+relu(input)=stem.2", "a(stem.2)=a", "add+relu(a, stem.2)=relu", "pool(relu)=pool", "avg(relu)=avg",
                "cat(pool, avg)=cat", "six(cat)=six", "gap(six)=gap", "flat(gap)=flat", "fc(flat)=fc"],
            fused.Layers.Select(layer =>
                $"{layer.Layer.Name}{(layer.Relu ? "+relu" : "")}({string.Join(", ", layer.Layer.Inputs)})={layer.Result}"));
    }

    [Fact]
    public void The_folded_network_computes_what_the_network_does()
    {
        var trainer = Networks.Trained(Networks.Graph, 128);
        var fused = Fusion.Run(trainer.Network);
        var data = Networks.Data(128, 20, seed: 9);
        var input = new float[128];
        for (var i = 0; i < data.Count; i++)
        {
            data.CopySample(i, trainer.Definition, input);
            float[] logits = [];
            trainer.Network.Forward(input, 1, (layer, values) => logits = layer.Name == "fc" ? values.ToArray() : logits);
            var folded = fused.Float.Forward(input, 1).ToArray();

            // Folding rounds weights anew: a few units in the last place of sums of about a hundred terms.
            for (var j = 0; j < logits.Length; j++)
                Assert.Equal(logits[j], folded[j], 1e-4f);
        }
    }

    [Theory]
    [InlineData("n = BatchNorm(input) eps=1E-05 momentum=0.1 -> 2x4x4", "'n'")]
    [InlineData("c = Conv2d(input) kernel=1x1 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true -> 2x4x4\n" +
        "n = BatchNorm(c) eps=1E-05 momentum=0.1 -> 2x4x4\ns = Add(n, c) -> 2x4x4", "'n'")]
    [InlineData("c = Conv2d(input) kernel=1x1 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true -> 2x4x4\n" +
        "r = ReLU(c) -> 2x4x4\nn = BatchNorm(r) eps=1E-05 momentum=0.1 -> 2x4x4", "'n'")]
    [InlineData("s = Softmax(input) -> 2x4x4\nr = ReLU(s) -> 2x4x4", "'s'")]
    [InlineData("d = Dropout(input) p=0.5 -> 2x4x4", "Demo.X has no layer")]
    public void What_cannot_be_quantized_is_named(string layers, string named)
    {
        var network = new FloatNetwork(Networks.Definition("model Demo.X\ninput 2x4x4\n" + layers + "\n"), seed: 1);
        var problem = Assert.Throws<InvalidOperationException>(() => Fusion.Run(network));
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_read_twice_keeps_its_own_form()
    {
        const string Text = "model Demo.X\ninput 4\na = Linear(input) bias=true -> 4\nr = ReLU(a) -> 4\ns = Add(r, a) -> 4\n" +
            "unused = ReLU(s) -> 4\nlast = ReLU(s) -> 4\n";
        var fused = Fusion.Run(new FloatNetwork(Networks.Definition(Text), seed: 1));

        // The Linear's own value is read by the addition, so its ReLU stands alone; the unused layer does not keep the last one from
        // being fused.
        Assert.Equal([("a", false), ("r", false), ("s", true)], fused.Layers.Select(layer => (layer.Layer.Name, layer.Relu)));
    }
}
