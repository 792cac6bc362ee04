using CompileTime.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompileTime.Generator.Tests.Declaration;

/// <summary>What is generated completes the user's class without an error or a warning, whatever surrounds it.</summary>
public class GeneratedMembers
{
    [Theory]
    [InlineData(DesignExamples.DigitMlp)]
    [InlineData(DesignExamples.ResNet8)]
    public void The_design_examples_compile(string source) => Compiles(TestProject.Compilation(source));

    private static void Compiles(CSharpCompilation compilation)
    {
        var completed = TestProject.Generate(compilation);
        var generated = completed.SyntaxTrees.Except(compilation.SyntaxTrees).ToHashSet();
        Assert.NotEmpty(generated);
        var found = completed.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error
            || (diagnostic.Severity >= DiagnosticSeverity.Info && generated.Contains(diagnostic.Location.SourceTree!)));
        Assert.True(!found.Any(), string.Join("\n", found.Concat<object>(generated)));
    }
}
