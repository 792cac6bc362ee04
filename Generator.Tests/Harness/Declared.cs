extern alias generator;

using generator::CompileTime.Generator;
using generator::CompileTime.Generator.Declaration;
using generator::CompileTime.Generator.Diagnostics;
using generator::CompileTime.Generator.Graph;
using generator::CompileTime.Shared;
using Microsoft.CodeAnalysis.CSharp;

namespace CompileTime.Generator.Tests.Harness;

/// <summary>From source text to what the front end makes of it, without the incremental pipeline around it.</summary>
internal static class Declared
{
    public static ModelDeclaration Read(string source, string name) => Read(TestProject.Compilation(source), name);

    public static ModelDeclaration Read(CSharpCompilation compilation, string name)
    {
        var type = compilation.GetTypeByMetadataName(name);
        Assert.NotNull(type);
        var declaration = DeclarationReader.Read(type, compilation, sites: null, CancellationToken.None);
        Assert.NotNull(declaration);
        return declaration;
    }

    /// <summary>The definition's text; fails when anything is wrong with the declaration.</summary>
    public static string Definition(string source, string name)
    {
        var declaration = Read(source, name);
        Assert.False(declaration.HasCompilerErrors);
        Assert.Empty(declaration.Problems);
        var problems = new List<Problem>();
        var definition = NetworkBuilder.Build(declaration, problems);
        Assert.Empty(problems);
        Assert.NotNull(definition);
        return DefinitionText.Write(definition);
    }

    /// <summary>The definition of a sequential model with these layers.</summary>
    public static string Layers(string input, string layers) =>
        Definition($"[Model({input})]\n[{layers}]\npublic partial class M;", "M");
}
