using CompileTime.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Tests.Declaration;

/// <summary>Definition and manifest stand in generated code to the letter: the runtime reads them there.</summary>
public class EmbeddedTexts
{
    [Theory]
    [InlineData(DesignExamples.DigitMlp, "Demo.DigitMlp")]
    [InlineData(DesignExamples.ResNet8, "Demo.ResNet8")]
    public void The_definition(string source, string name) =>
        Assert.Equal(Declared.Definition(source, name), Constant("__definition", source));

    [Fact]
    public void The_manifest()
    {
        var manifest = Artifacts.Manifest("M");
        Assert.Equal(manifest, Constant("Manifest", Artifacts.Source("M"), new TextFile("/project/Models/M.ctm", manifest)));
    }

    private static object? Constant(string field, string source, params AdditionalText[] files) =>
        TestProject.Generate(TestProject.Compilation(source), files)
            .GetSymbolsWithName(field).OfType<IFieldSymbol>().Single().ConstantValue;
}
