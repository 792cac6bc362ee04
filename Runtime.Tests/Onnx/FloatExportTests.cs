using CompileTime.Onnx;
using CompileTime.Tests.Quantization;
using CompileTime.Tests.Training;
using CompileTime.Training;
using Microsoft.ML.OnnxRuntime;

namespace CompileTime.Tests.Onnx;

/// <summary>What ONNX Runtime computes from an exported float network is what the trainer computes.</summary>
public class FloatExportTests
{
    // Sums of some 100 terms of size up to 10, in another order; the runtime's exponential is an approximation good to 1e-6.
    private const double Tolerance = 2e-5;

    private static readonly string[] s_notInOnnx =
        ["adaptive pool, uneven", "adaptive pool, larger than the input", "avg pool, ceil, padding counted"];

    public static TheoryData<string> Names => [.. LayerCases.All.Keys.Except(s_notInOnnx)];

    public static TheoryData<string> NotInOnnx => [.. s_notInOnnx];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_layer(string name)
    {
        var network = LayerCases.All[name].Network();
        Randomize(network);
        var samples = LayerCases.Spread(3 * network.Input.Elements, 5);
        Compare(network.Forward(samples, 3).ToArray(), Export(network), samples, 3);
    }

    [Theory]
    [InlineData(Networks.Graph)]
    [InlineData(Networks.Residual)]
    public void Whole_graphs(string text)
    {
        var network = new FloatNetwork(Networks.Definition(text), seed: 4);
        Randomize(network);
        var samples = LayerCases.Uniform(5 * network.Input.Elements, 6);
        Compare(network.Forward(samples, 5).ToArray(), Export(network), samples, 5);
    }

    [Fact]
    public void Layers_that_were_pruned_to_the_identity()
    {
        var text = new NetworkText("6").Linear(8).Linear(8).BatchNorm().Elementwise("Tanh").Linear(3).ToString();
        var network = new FloatNetwork(Networks.Definition(
            text.Replace("Linear(0) bias=true", "Linear(0) bias=true prune=L1:1w:local:layer", StringComparison.Ordinal)), seed: 4);
        Randomize(network);
        Array.Clear(network["1.weight"].Value);
        var samples = LayerCases.Uniform(5 * 6, 6);
        Compare(network.Forward(samples, 5).ToArray(), Export(network), samples, 5);
        Assert.Equal(["1", "2"], network.Skipped.Order());
    }

    [Theory]
    [MemberData(nameof(NotInOnnx))]
    public void What_onnx_cannot_say_is_refused_by_name(string name)
    {
        var network = LayerCases.All[name].Network();
        var error = Assert.Throws<NotSupportedException>(() => FloatExport.Run(network));
        Assert.StartsWith("'0' cannot be exported: ONNX has no a", error.Message);
    }

    [Fact]
    public void The_trainer_writes_a_file_and_creates_its_directory()
    {
        using var folder = new TemporaryFolder();
        var trainer = Networks.Trained(Networks.Mlp, 6);
        var path = Path.Combine(folder.Path, "new", "mlp.onnx");
        trainer.ExportOnnx(path);
        var samples = LayerCases.Uniform(6, 7);
        Compare(trainer.Predict(samples), File.ReadAllBytes(path), samples, 1);
        Assert.Equal(["mlp.onnx"], Directory.GetFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName));
    }

    private static void Compare(float[] expected, byte[] model, float[] samples, int batch)
    {
        foreach (var optimization in (GraphOptimizationLevel[])[GraphOptimizationLevel.ORT_DISABLE_ALL,
            GraphOptimizationLevel.ORT_ENABLE_ALL])
        {
            using var session = new OnnxSession(model, optimization);
            var actual = session.Run(samples, batch);
            Assert.Equal(expected.Length, actual.Length);
            for (var i = 0; i < expected.Length; i++)
                Assert.InRange(Math.Abs(actual[i] - expected[i]), 0, Tolerance * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    private static byte[] Export(FloatNetwork network)
    {
        using var stream = new MemoryStream();
        FloatExport.Run(network).CopyTo(stream);
        return stream.ToArray();
    }

    // Also what starts as zeros and ones: statistics and biases.
    private static void Randomize(FloatNetwork network)
    {
        var random = new Random(1);
        foreach (var parameter in network.Parameters)
        {
            var least = parameter.Name.EndsWith("running_var", StringComparison.Ordinal) ? 0.5f : -0.5f;
            for (var i = 0; i < parameter.Value.Length; i++)
                parameter.Value[i] = least + random.NextSingle();
        }
    }
}
