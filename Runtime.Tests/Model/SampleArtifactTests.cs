using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Tests.Model;

/// <summary>The Sample's committed artifacts say what Save would say now: load and save them when packing has changed.</summary>
public sealed class SampleArtifactTests
{
    [Theory]
    [InlineData("DigitLeNet")]
    [InlineData("DigitMlp")]
    [InlineData("DigitResNet8")]
    public void What_they_say_of_their_weights_is_what_the_packers_find(string name)
    {
        var path = Path.Combine(Repository.Root, "Sample", "Models", name + ArtifactFiles.ManifestExtension);
        var model = CompressedModel.Load(path);
        var manifest = ManifestText.Read(File.ReadAllText(path), out _)!;
        Assert.Equal(ManifestText.WriteFacts(manifest), ManifestText.WriteFacts(manifest with { Network = PackingFacts.Of(model.Model) }));
    }
}
