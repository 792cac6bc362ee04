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
    /// <param name="context">Where it is loaded; null for a context of its own.</param>
    public static Type Build(string source, string? artifact, string type = "Demo.Driver", AssemblyLoadContext? context = null)
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
        return (context ?? new AssemblyLoadContext(null)).LoadFromStream(image).GetType(type)!;
    }
}
