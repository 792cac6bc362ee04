using CompileTime.Models;
using CompileTime.Shared;
using CompileTime.Tests.Model;

namespace CompileTime.Tests.Shared;

public sealed class ManifestTextTests
{
    private static readonly string Good = Create();

    [Fact]
    public void What_is_written_is_read()
    {
        var manifest = ManifestText.Read(Good, out var error);
        Assert.Null(error);
        Assert.Equal(Good, ManifestText.Write(manifest!));
        Assert.Equal(Good, ManifestText.Write(ManifestText.Read(Good.Replace("\n", "\r\n", StringComparison.Ordinal), out _)!));
        Assert.Equal(120, manifest!.ValidationSamples);
        Assert.Equal(["float", "pruned", "int8"], manifest.Validation.Select(entry => entry.Stage));
        Assert.Equal(0.1 + 0.2, manifest.Validation[0].Accuracy);
    }

    [Fact]
    public void Per_tensor_weights_with_a_zero_point_are_read()
    {
        var model = RandomModels.Linear([1, 2, 3, 4], 2, zeroPoint: 3);
        var definition = Quantization.Networks.Definition("model X\ninput 2\nl = Linear(input) bias=true -> 2\n");
        var text = Artifact.Write(definition, model, 0, []).Manifest;
        Assert.Contains("qscheme=per_tensor weight_zero_point=3", text, StringComparison.Ordinal);
        var network = ManifestText.Read(text, out _)!.Network;
        Assert.Equal(model.Network.Nodes[1].Weight! with { Dimensions = [], SparseSteps = 1, EmptyBlocks = 0 },
            network.Nodes[1].Weight! with { Dimensions = [] });
    }

    [Theory]
    [InlineData("add = Add(a, stem.0)", "vector=192", true)]
    [InlineData("add = Add(a, stem.0)", "vector=0", true)]
    [InlineData("add = Add(a, stem.0)", "vector=257", false)]
    [InlineData("add = Add(a, stem.0)", "vector=-1", false)]
    [InlineData("add = Add(a, stem.0)", "vector=1x2", false)]
    [InlineData("cat = Concat(pool, avg)", "vector=0x4", true)]
    [InlineData("cat = Concat(pool, avg)", "vector=5x0", false)]
    [InlineData("cat = Concat(pool, avg)", "vector=4", false)]
    [InlineData("pool = MaxPool2d(add)", "vector=0", false)]
    public void What_is_vectorized_is_read_and_checked(string node, string vector, bool isRight)
    {
        var at = Good.IndexOf(" format=",
            Good.IndexOf(node, Good.IndexOf("[quantized]", StringComparison.Ordinal), StringComparison.Ordinal),
            StringComparison.Ordinal);
        var text = Good[..at] + " " + vector + Good[at..];
        var manifest = ManifestText.Read(text, out var error);
        Assert.Equal(isRight, error is null);
        if (manifest is not null)
            Assert.Equal(text, ManifestText.Write(manifest));
    }

    [Fact]
    public void Every_shorter_text_is_refused()
    {
        // Without the newline at its end nothing is missing.
        for (var length = 0; length < Good.Length - 1; length++)
            Assert.True(ManifestText.Read(Good[..length], out var error) is null && error is not null,
                $"{length} characters were accepted.");
        Assert.NotNull(ManifestText.Read(Good[..^1], out _));
    }

    [Theory]
    [InlineData("compiletime-manifest 1", "compiletime-manifest 2", "another version")]
    [InlineData("compiletime-manifest 1", "hello", "not a CompileTime manifest")]
    [InlineData("compiletime-manifest 1\n", "compiletime-manifest 1\nextra\n", "not understood")]
    [InlineData("[quantized]", "[quantised]", "[quantized] is missing")]
    [InlineData("softmax true", "softmax maybe", "not understood")]
    [InlineData("softmax true", "", "expected 'softmax true'")]
    [InlineData("softmax true", "softmax true\nsoftmax false", "not understood")]
    [InlineData("softmax true", "softmax true\nsomething else", "not understood")]
    [InlineData("samples 120", "samples -1", "not understood")]
    [InlineData("samples 120", "samples 120\nsamples 120", "not understood")]
    [InlineData("pruned 0.5", "pruned NaN", "not understood")]
    [InlineData("pruned 0.5", "pruned 1e999", "not understood")]
    [InlineData("pruned 0.5", "pruned", "not understood")]
    [InlineData("pruned 0.5", "smaller 0.5", "not understood")]
    [InlineData("sha256 ", "sha256 X", "not understood")]
    [InlineData("sha256 ", "sha512 ", "not understood")]
    [InlineData("facts ", "facts X", "not understood")]
    [InlineData("sha256 ", "facts ", "not understood")]
    [InlineData("\nbytes ", "\nbytes 1\nbytes ", "not understood")]
    [InlineData("\nbytes ", "\nbytes 99999999999", "not understood")]
    [InlineData("\nbytes ", "\nbytes -", "not understood")]
    [InlineData("input = Quantize()", "input = Quantize(, )", "not an operator above")]
    [InlineData("input = Quantize()", "input = Flatten()", "not an operator above")]
    [InlineData("stem.0 = Conv2d(input)", "stem.0 = Conv2d(a)", "'a' is not an operator above")]
    [InlineData("stem.0 = Conv2d(input)", "stem.0 = Conv2d(stem.0)", "'stem.0' is not an operator above")]
    [InlineData("a = Conv2d(stem.0)", "stem.0 = Conv2d(stem.0)", "used twice")]
    [InlineData("add = Add(a, stem.0)", "add = Add(a)", "number of inputs")]
    [InlineData("add = Add(a, stem.0)", "add = Add(a, stem.0, stem.0)", "number of inputs")]
    [InlineData("add = Add(a, stem.0)", "add = Plus(a, stem.0)", "no operator 'Plus'")]
    [InlineData("stem.0 = Conv2d(input)", "q = Quantize() format=contiguous scale=1 zero_point=0 -> 2x8x8\nstem.0 = Conv2d(input)",
        "not an operator above it")]
    [InlineData("stem.0 = Conv2d(input)", "q = Input() format=contiguous type=float32 -> 2x8x8\nstem.0 = Conv2d(input)",
        "the first node and only the first")]
    [InlineData("stem.0 = Conv2d(input)", "q = Dequantize(input) format=contiguous type=float32 -> 2x8x8\nstem.0 = Conv2d(q)",
        "it takes quantized values")]
    [InlineData("stem.0 = Conv2d(input)", "q = Dequantize(input) format=contiguous type=float16 -> 2x8x8\nstem.0 = Conv2d(input)",
        "type must be float32")]
    [InlineData("weight=4x2x3x3", "weight=4x2x3x4", "dimensions")]
    [InlineData("weight=4x2x3x3", "weight=4x2x9", "4 whole numbers")]
    [InlineData("weight=4x2x3x3", "weight=65536x65536x65536x65536", "dimensions")]
    [InlineData("nonzeros=", "nonzeros=1000", "impossible number")]
    [InlineData("nonzeros=", "nonzeros=-", "impossible number")]
    [InlineData("qscheme=per_channel", "qscheme=per_layer", "qscheme")]
    [InlineData("qscheme=per_channel", "qscheme=per_channel weight_zero_point=1", "zero point")]
    [InlineData("format=channels_last", "format=nhwc", "format")]
    [InlineData(" groups=1", " groups=0", "groups")]
    [InlineData(" groups=1", " groups=2147483648", "whole number")]
    [InlineData(" groups=1", "", "'groups' is missing")]
    [InlineData(" groups=1", " groups=1 extra=1", "'extra' means nothing")]
    [InlineData(" groups=1", " groups=1 groups=1", "given twice")]
    [InlineData("-> 4x8x8", "-> 4x8x7", "follows")]
    [InlineData("-> 4x8x8", "-> 99999x99999x99999", "expected a shape")]
    public void What_is_wrong_is_told_with_its_line(string part, string replacement, string message)
    {
        // Names of layers occur in both sections: the quantized one is meant.
        var from = part.StartsWith("compiletime", StringComparison.Ordinal) ? 0 : Good.IndexOf("[quantized]", StringComparison.Ordinal);
        var at = Good.IndexOf(part, from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"'{part}' is not in the manifest.");
        var text = Good[..at] + replacement + Good[(at + part.Length)..];
        Assert.Null(ManifestText.Read(text, out var error));
        Assert.Contains(message, error!.Message, StringComparison.Ordinal);
        Assert.InRange(error.Line, 1, text.Count(c => c == '\n') + 1);
        Assert.True(error.Column >= 1);
    }

    [Theory]
    [InlineData("scale=", "scale=0 x")]
    [InlineData("scale=", "scale=-")]
    [InlineData("scale=", "scale=1e999")]
    [InlineData("zero_point=", "zero_point=-1")]
    [InlineData("zero_point=", "zero_point=256 x")]
    public void Quantization_parameters_are_checked(string part, string replacement)
    {
        var at = Good.IndexOf(part, Good.IndexOf("stem.0 = Conv2d(input)", Good.IndexOf("[quantized]", StringComparison.Ordinal),
            StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Null(ManifestText.Read(Good[..at] + replacement + Good[(at + part.Length)..], out _));
    }

    [Fact]
    public void Errors_in_the_definition_are_told_by_the_line_of_the_file()
    {
        var text = Good.Replace("stem.1 = BatchNorm", "\n\nstem.1 = BatchMorn", StringComparison.Ordinal);
        Assert.Null(ManifestText.Read(text, out var error));
        Assert.Equal(text[..text.IndexOf("BatchMorn", StringComparison.Ordinal)].Count(c => c == '\n') + 1, error!.Line);
    }

    [Fact]
    public void A_network_too_large_for_memory_is_refused()
    {
        var nodes = string.Concat(Enumerable.Range(0, 9).Select(i =>
            $"n{i} = ReLU({(i == 0 ? "input" : "n" + (i - 1))}) format=contiguous scale=1 zero_point=0 -> 33554432\n"));
        var text = "compiletime-manifest 1\n[definition]\nmodel X\ninput 4\nr = ReLU(input) -> 4\n[quantized]\n" +
            "input = Quantize() format=contiguous scale=1 zero_point=0 -> 33554432\n" + nodes +
                "[output]\nsoftmax false\n[validation]\nsamples 0\n[blob]\nbytes 1\nsha256 " +
            new string('0', 64) + "\n";
        Assert.Null(ManifestText.Read(text, out var error));
        Assert.Contains("together", error!.Message, StringComparison.Ordinal);
    }

    private static string Create()
    {
        var (definition, model) = RandomModels.Create();
        return Artifact.Write(definition, model, 120,
            [new ValidationEntry("float", 0.1 + 0.2), new ValidationEntry("pruned", 0.5), new ValidationEntry("int8", 1)]).Manifest;
    }
}
