using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompileTime.Generator.Tests.Harness;

/// <summary>A project with one model, built in memory as a user's would be, with its artifact or before there is one, and loaded.</summary>
internal static class CompiledClass
{
    /// <param name="source">The project.</param>
    /// <param name="artifact">Path of the artifact without extension; null before there is one.</param>
    /// <param name="type">The full name of the type that is wanted.</param>
    public static Type Build(string source, string? artifact, string type = "Demo.Driver")
    {
        var compilation = TestProject.Compilation(source);
        AdditionalText[] files = artifact is null ? [] : [new TextFile("Net.ctm", File.ReadAllText(artifact + ".ctm"))];
        var completed = TestProject.Generate(compilation, files);
        var resources = artifact is null ? null
            : new[] { new ResourceDescription("CompileTime/Net.ctw", () => File.OpenRead(artifact + ".ctw"), isPublic: true) };
        using var image = new MemoryStream();
        var emitted = completed.WithOptions(completed.Options.WithOptimizationLevel(OptimizationLevel.Release))
            .Emit(image, manifestResources: resources);
        Assert.True(emitted.Success, string.Join("\n",
            emitted.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Take(5)));
        image.Position = 0;
        var context = new AssemblyLoadContext(null);
        return context.LoadFromStream(image).GetType(type)!;
    }
}
