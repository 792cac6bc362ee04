using CompileTime.Shared;
using CompileTime.Tests.Quantization;

namespace CompileTime.Tests.Shared;

public sealed class DefinitionTextTests
{
    private const string Head = "model Demo.X\ninput 2x8x8\n";
    private const string Conv = "kernel=3x3 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true -> 4x6x6";

    [Theory]
    [InlineData("L1:0.6:global")]
    [InlineData("L1:17w:local")]
    [InlineData("L2:0.5:global:filter")]
    [InlineData("Linf:0.5:local:dim1")]
    [InlineData("L-inf:0.5:local:dim-1")]
    [InlineData("L0.5:3w:local:dim3")]
    [InlineData("Random:0.25:local")]
    [InlineData("L1:0.8:global:16x4")]
    [InlineData("L1:below0.001:local:filter")]
    [InlineData("L1:2of4:local")]
    public void Every_rule_of_pruning_comes_back(string text)
    {
        var rule = PruneText.Read(text);
        Assert.NotNull(rule);
        Assert.Equal(text, PruneText.Write(rule));
        Assert.Equal(rule, PruneText.Read(PruneText.Write(rule)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("L1:0.6")]
    [InlineData("L1:0.60:global")]
    [InlineData("L1:1.5:global")]
    [InlineData("L1:NaN:global")]
    [InlineData("L1:-1w:global")]
    [InlineData("L1:4of4:local")]
    [InlineData("L1:0of4:local")]
    [InlineData("L1:2of4:global")]
    [InlineData("L1:2of4:local:filter")]
    [InlineData("L1:below0:local")]
    [InlineData("L1:below0.1:global")]
    [InlineData("L1:0.5:local:dim")]
    [InlineData("L1:0.5:local:0x4")]
    [InlineData("L1:0.5:local:4x4x4")]
    [InlineData("L1:0.5:local:filter:filter")]
    [InlineData(":0.5:local")]
    public void What_is_no_rule_of_pruning_is_refused(string text) => Assert.Null(PruneText.Read(text));

    [Theory]
    [InlineData("Float32")]
    [InlineData("Int8 Fbgemm")]
    [InlineData("Int8 Qnnpack activation=Percentile weight=PerChannelMinMax percentile=99.9")]
    [InlineData("Int8 X86 weight=Percentile percentile=100")]
    [InlineData("Int8 OneDnn mode=Dynamic weight=MinMax")]
    [InlineData("Int8 OneDnn weight_bits=7")]
    [InlineData("Int8 Qnnpack mode=Dynamic weight=Percentile weight_bits=7 percentile=99.9")]
    public void Every_rule_of_quantization_comes_back(string text)
    {
        var rule = QuantizeText.Read(text.Split(' '));
        Assert.NotNull(rule);
        Assert.Equal(text, QuantizeText.Write(rule, ' '));
        var layer = "a = ReLU(input) quantize=" + text.Replace(' ', ':') + " -> 2x8x8\n";
        var definition = Networks.Definition(Head + "quantize " + text + "\n" + layer + "b = ReLU(a) -> 2x8x8\n");
        Assert.Equal(rule, definition.Quantize);
        Assert.Equal(rule, definition.Layers[0].Quantize);
        Assert.Null(definition.Layers[1].Quantize);
        Assert.Contains(layer, DefinitionText.Write(definition), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Int8")]
    [InlineData("Float32 Fbgemm")]
    [InlineData("Int8 Fbgemm mode=Static")]
    [InlineData("Int8 Fbgemm activation=Default")]
    [InlineData("Int8 Fbgemm weight=MinMax activation=MinMax")]
    [InlineData("Int8 Fbgemm activation=MinMax activation=MinMax")]
    [InlineData("Int8 Fbgemm activation=Percentile")]
    [InlineData("Int8 Fbgemm percentile=99")]
    [InlineData("Int8 Fbgemm activation=Percentile percentile=99.0")]
    [InlineData("Int8 Fbgemm activation=Percentile percentile=50")]
    [InlineData("Int8 Fbgemm activation=Percentile percentile=101")]
    [InlineData("Int8 Fbgemm activation=Percentile percentile=NaN")]
    [InlineData("Int8 Fbgemm activation")]
    [InlineData("Int8 Fbgemm activation=")]
    [InlineData("Int8 Fbgemm weight_bits=8")]
    [InlineData("Int8 Fbgemm weight_bits=6")]
    [InlineData("Int8 Fbgemm weight_bits=7 weight=MinMax")]
    [InlineData("Int8 Fbgemm colour=red")]
    [InlineData("Int8 a=b")]
    public void What_is_no_rule_of_quantization_is_refused(string text) => Assert.Null(QuantizeText.Read(text.Split(' ')));

    [Theory]
    [InlineData(Networks.Mlp)]
    [InlineData(Networks.Graph)]
    [InlineData("model Demo.Y\ninput 2x8x8\n" +
        "c = Conv2d(input) kernel=3x2 stride=2x1 padding=0,1,2,3 dilation=2x1 groups=2 bias=false prune=L1:17w:local -> 6x3x11\n" +
        "m = MaxPool2d(c) kernel=2x2 stride=1x1 padding=1,0,1,0 dilation=1x1 ceil=true -> 6x4x10\n" +
        "a = AdaptiveAvgPool2d(m) -> 6x2x3\nd = Dropout(a) p=0.10000000000000001 -> 6x2x3\n")]
    [InlineData("model Demo.Z\ninput 4\na = Sigmoid(input) -> 4\n"
        + "b = LeakyReLU(a) negative_slope=0.00999999978 -> 4\nc = ELU(b) alpha=-2.5 -> 4\n")]
    public void What_is_written_is_read(string text)
    {
        text = text.Replace("p=0.10000000000000001", "p=0.1", StringComparison.Ordinal);
        var definition = Networks.Definition(text);
        Assert.Equal(text, DefinitionText.Write(definition));
        Assert.Equal(text, DefinitionText.Write(Networks.Definition(text.Replace("\n", "\r\n\n", StringComparison.Ordinal))));
    }

    [Fact]
    public void Numbers_survive_to_the_bit()
    {
        foreach (var scale in new[] { 1 / 255f, float.Epsilon, float.MaxValue, 0.1f, 1f / 3 })
        {
            var text = $"model X\ninput 4 scale={Numbers.Text(scale)} offset={Numbers.Text(-scale)}\nl = ReLU(input) -> 4\n";
            var definition = Networks.Definition(text);
            Assert.Equal(scale, definition.InputScale);
            Assert.Equal(-scale, definition.InputOffset);
        }
    }

    [Theory]
    [InlineData("", 1, "no layers")]
    [InlineData("net X\n", 1, "'model'")]
    [InlineData("model X\n", 2, "no layers")]
    [InlineData("model X\ninput 0\n", 2, "'input'")]
    [InlineData("model X\ninput 3x4\n", 2, "'input'")]
    [InlineData("model X\ninput 99999999999\n", 2, "'input'")]
    [InlineData("model X\ninput 65536x65536x65536\n", 2, "'input'")]
    [InlineData("model X\ninput 4 scale=NaN offset=0\n", 2, "'scale='")]
    [InlineData("model X\ninput 4 scale=1e99 offset=0\n", 2, "'scale='")]
    [InlineData("model X\ninput 4 scale=1\n", 2, "'scale='")]
    [InlineData(Head + "nothing\n", 3, "expected 'name = Op")]
    [InlineData(Head + "a = Nothing(input) -> 2x8x8\n", 3, "no layer 'Nothing'")]
    [InlineData(Head + "a = 3(input) -> 2x8x8\n", 3, "no layer '3'")]
    [InlineData(Head + "a = ReLU(b) -> 2x8x8\n", 3, "'b' is not a layer above")]
    [InlineData(Head + "a = ReLU(a) -> 2x8x8\n", 3, "'a' is not a layer above")]
    [InlineData(Head + "a = ReLU() -> 2x8x8\n", 3, "'' is not a layer above")]
    [InlineData(Head + "a = ReLU(input) -> 2x8x8\n\na = ReLU(input) -> 2x8x8\n", 5, "used twice")]
    [InlineData(Head + "input = ReLU(input) -> 2x8x8\n", 3, "used twice")]
    [InlineData(Head + "a b = ReLU(input) -> 2x8x8\n", 3, "not a layer name")]
    [InlineData(Head + "a = ReLU(input, input) -> 2x8x8\n", 3, "number of inputs")]
    [InlineData(Head + "a = Add(input) -> 2x8x8\n", 3, "number of inputs")]
    [InlineData(Head + "a = Concat(input) -> 2x8x8\n", 3, "number of inputs")]
    [InlineData(Head + "a = ReLU(input) -> 2x8x9\n", 3, "2x8x8 follows")]
    [InlineData(Head + "a = LeakyReLU(input) -> 2x8x8\n", 3, "negative_slope")]
    [InlineData(Head + "a = LeakyReLU(input) negative_slope=NaN -> 2x8x8\n", 3, "must be a number")]
    [InlineData(Head + "a = Sigmoid(input) alpha=1 -> 2x8x8\n", 3, "'alpha' means nothing")]
    [InlineData(Head + "a = ReLU(input) x=1 -> 2x8x8\n", 3, "'x' means nothing")]
    [InlineData(Head + "a = ReLU(input) x -> 2x8x8\n", 3, "key=value")]
    [InlineData(Head + "a = ReLU(input) -> 2x8\n", 3, "expected a shape")]
    [InlineData(Head + "a = Dropout(input) p=0.5 p=0.5 -> 2x8x8\n", 3, "given twice")]
    [InlineData(Head + "a = Dropout(input) p=1 -> 2x8x8\n", 3, "probability")]
    [InlineData(Head + "a = Dropout(input) p=1e999 -> 2x8x8\n", 3, "must be a number")]
    [InlineData(Head + "a = Dropout(input) -> 2x8x8\n", 3, "'p' is missing")]
    [InlineData(Head + "a = BatchNorm(input) eps=-1 momentum=0.1 -> 2x8x8\n", 3, "eps")]
    [InlineData(Head + "a = Linear(input) bias=true -> 5\n", 3, "flat features")]
    [InlineData(Head + "a = Linear(input) bias=yes -> 5\n", 3, "true or false")]
    [InlineData(Head + "a = Flatten(input) -> 127\n", 3, "128 follows")]
    [InlineData(Head + "a = Conv2d(input) kernel=3x3 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=0 bias=true -> 4x6x6\n", 3, "groups")]
    [InlineData(Head + "a = Conv2d(input) kernel=3x3 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=3 bias=true -> 4x6x6\n", 3, "groups")]
    [InlineData(Head + "a = Conv2d(input) kernel=3x3 stride=0x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true -> 4x6x6\n", 3,
        "at least 1")]
    [InlineData(Head + "a = Conv2d(input) kernel=3 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true -> 4x6x6\n", 3,
        "2 whole numbers")]
    [InlineData(Head + "a = Conv2d(input) kernel=9x9 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true -> 4x1x1\n", 3, "follows")]
    [InlineData(Head + "a = Conv2d(input) kernel=3x3 stride=1x1 padding=-1,0,0,0 dilation=1x1 groups=1 bias=true -> 4x5x6\n", 3,
        "at least 0")]
    [InlineData(Head + "a = Conv2d(input) prune=L1:2:global " + Conv + "\n", 3, "'prune'")]
    [InlineData(Head + "a = Conv2d(input) prune=L1:1.5w:global " + Conv + "\n", 3, "'prune'")]
    [InlineData(Head + "a = Conv2d(input) prune=L1:0.5:all " + Conv + "\n", 3, "'prune'")]
    [InlineData(Head + "a = ReLU(input) prune=L1:0.5:local -> 2x8x8\n", 3, "to prune")]
    [InlineData(Head + "a = Conv2d(input) prune=L1:0.5:local:dim4 " + Conv + "\n", 3, "no dimension 4")]
    [InlineData(Head + "a = Conv2d(input) prune=L1:0.5:local:dim-5 " + Conv + "\n", 3, "no dimension -5")]
    [InlineData(Head + "a = MaxPool2d(input) kernel=2x2 stride=2x2 padding=2,0,0,0 dilation=1x1 ceil=false -> 2x5x4\n", 3,
        "half of its kernel")]
    [InlineData(Head + "a = MaxPool2d(input) kernel=2x2 stride=1x1 padding=1,1,1,1 dilation=9x1 ceil=false -> 2x1x9\n", 3, "padding alone")]
    [InlineData(Head +
        "a = AvgPool2d(input) kernel=2x2 stride=2x2 padding=0,0,0,0 ceil=false count_include_pad=true divisor=-1 -> 2x4x4\n", 3, "divisor")]
    [InlineData(Head + "a = Flatten(input) -> 128\nb = Linear(a) bias=true -> 268435456\n", 4, "too large")]
    [InlineData(Head + "a = Flatten(input) -> 128\nb = Linear(a) bias=true -> 16777217\n", 4, "too large")]
    [InlineData("model X\ninput 64x1031x1032\nr = ReLU(input) -> 64x1031x1032\n" +
        "a = Conv2d(r) kernel=8x8 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true -> 1x1024x1025\n", 4, "windows is too large")]
    [InlineData("model X\ninput 1x1x1\nr = ReLU(input) -> 1x1x1\na = Conv2d(r) kernel=1x1 stride=32768x32768 " +
        "padding=32767,32767,32767,32767 dilation=1x1 groups=1 bias=true -> 1x2x2\nb = ReLU(a) -> 1x2x2\n", 4, "pad them with")]
    [InlineData("model X\ninput 100000000\na = Linear(input) bias=true -> 1\n", 3, "whole vectors")]
    [InlineData(Head + "a = Flatten(input) -> 128\nb = Add(a, input) -> 128\n", 4, "different shapes")]
    [InlineData(Head + "a = Flatten(input) -> 128\nb = Concat(a, input) -> 130\n", 4, "more than channels")]
    [InlineData(Head + "a = Concat(input, input) -> 5x8x8\n", 3, "sum of its inputs")]
    [InlineData(Head + "a = Flatten(input) -> 128\nb = AdaptiveAvgPool2d(a) -> 128\n", 4, "takes an image")]
    [InlineData(Head + "a = ReLU(input) -> 2x8x8\nquantize Int8 Fbgemm\n", 4, "expected 'name = Op")]
    [InlineData(Head + "quantize Int8\na = ReLU(input) -> 2x8x8\n", 3, "'quantize' is followed by")]
    [InlineData(Head + "a = ReLU(input) quantize=Int8 -> 2x8x8\n", 3, "'quantize' is written")]
    [InlineData(Head + "a = ReLU(input) quantize=Int8:Fbgemm:percentile=3 -> 2x8x8\n", 3, "'quantize' is written")]
    public void What_is_wrong_is_told_with_its_line(string text, int line, string part)
    {
        Assert.Null(DefinitionText.Read(text, 1, out var error));
        Assert.Contains(part, error!.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Line);
        Assert.True(error.Column >= 1);
    }

    [Fact]
    public void Columns_point_at_the_value()
    {
        const string Line = "a = Dropout(input) p=x -> 2x8x8";
        DefinitionText.Read(Head + Line + "\n", 1, out var error);
        Assert.Equal(Line.IndexOf("=x", StringComparison.Ordinal) + 2, error!.Column);
    }
}
