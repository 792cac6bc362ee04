using System.Runtime.CompilerServices;
using CompileTime.Generator.Tests.Harness;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Networks that were trained elsewhere: the Sample's classes declare them, their weights are loaded by name, and the float results are
/// the recorded ones.
/// </summary>
public sealed class SharedModelTests
{
    // The largest difference of a probability: float32 sums of a few hundred products, added in another order.
    private const float Tolerance = 1e-5f;

    [ModelFact("ic_resnet8")]
    public void ImageResNet8_gives_the_recorded_results() => Check("ImageResNet8", "ic_resnet8", "probabilities",
        file => Array.ConvertAll(file.ReadBytes("input"), pixel => (float)pixel));

    [ModelFact("kws_dscnn_savedmodel")]
    public void KeywordDsCnn_gives_the_recorded_results() => Check("KeywordDsCnn", "kws_dscnn_savedmodel", "probs",
        file => file.ReadFloats("input"));

    [Theory]
    [InlineData("ImageResNet8", 77706)]
    [InlineData("KeywordDsCnn", 22604)]
    public void The_declarations_have_the_parameters_that_MLPerf_Tiny_counts(string name, int parameters) =>
        Assert.Equal(parameters, Trainer(name).ParameterCount);

    private static void Check(string name, string file, string results, Func<SafetensorsFile, float[]> inputs)
    {
        var trainer = Trainer(name);
        trainer.LoadSafetensors(ModelFactAttribute.PathOf(file + ".safetensors"), new SafetensorsOptions
        {
            Rename = parameter => char.ToUpperInvariant(parameter[0]) + parameter[1..],
        });
        using var vectors = SafetensorsFile.Open(ModelFactAttribute.PathOf(file + ".vectors.safetensors"));
        var count = (int)vectors[results].Shape[0];
        var (samples, expected) = (inputs(vectors), vectors.ReadFloats(results));
        var (length, classes) = (samples.Length / count, expected.Length / count);
        for (var sample = 0; sample < count; sample++)
        {
            var actual = trainer.Predict(samples.AsSpan(sample * length, length));
            for (var i = 0; i < classes; i++)
                Assert.Equal(expected[(sample * classes) + i], actual[i], Tolerance);
        }
    }

    private static Trainer Trainer(string name)
    {
        var source = File.ReadAllText(Path.Combine(ThisFolder(), "..", "..", "Sample", "Networks", name + ".cs"));
        return new Trainer(Declared.Definition(source, "Sample.Networks." + name), seed: 1);
    }

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
