extern alias generator;

using CompileTime.Generator.Tests.Harness;
using generator::CompileTime.Generator.Declaration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompileTime.Generator.Tests.Declaration;

/// <summary>Generated files are told from the user's by the end of their path.</summary>
public class GeneratedPaths
{
    [Theory]
    [InlineData("CompileTime.Generator/CompileTime.Generator.ModelGenerator/M.g.cs", true)]
    [InlineData("/src/obj/CompileTime.Generator/CompileTime.Generator.ModelGenerator/Demo.M.Engine.g.cs", true)]
    [InlineData(@"C:\src\obj\CompileTime.Generator\CompileTime.Generator.ModelGenerator\M.g.cs", true)]
    [InlineData("/src/CompileTime.Generator/CompileTime.Generator.ModelGenerator/demo/M.g.cs", false)]
    [InlineData("/src/CompileTime.Generator.ModelGenerator-main/M.cs", false)]
    [InlineData("/src/CompileTime.Generator/CompileTime.Generator.ModelGenerator/M.cs", false)]
    [InlineData("CompileTime.Generator.ModelGenerator.g.cs", false)]
    [InlineData("", false)]
    public void By_their_end(string path, bool expected) => Assert.Equal(expected, KnownSymbols.IsGenerated(path));

    [Fact]
    public void Those_that_the_generator_writes()
    {
        var compilation = TestProject.Compilation(DesignExamples.ResNet8);
        var generated = TestProject.Generate(compilation).SyntaxTrees.Except(compilation.SyntaxTrees).ToList();
        Assert.NotEmpty(generated);
        Assert.All(generated, tree => Assert.True(KnownSymbols.IsGenerated(tree), tree.FilePath));
    }

    [Fact]
    public void A_users_file_below_a_folder_of_that_name_is_read()
    {
        var compilation = TestProject.Compilation();
        var options = (CSharpParseOptions)compilation.SyntaxTrees[0].Options;
        const string Path = "/CompileTime.Generator/CompileTime.Generator.ModelGenerator/src/M.cs";
        var tree = CSharpSyntaxTree.ParseText("[Model(4)] [Linear(2)] public partial class M { public M() { } }", options, Path);
        Assert.Equal("CT1008", Assert.Single(Declared.Read(compilation.AddSyntaxTrees(tree), "M").Problems).Id);
    }
}
