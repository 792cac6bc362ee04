extern alias generator;

using System.Reflection;
using System.Runtime.Loader;
using CompileTime.Inference;
using CompileTime.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using generator::CompileTime.Generator.Emit;
using generator::CompileTime.Generator.Passes;
using generator::CompileTime.Generator.Plan;

namespace CompileTime.Benchmarks.Compiled;

/// <summary>
/// What the second build of a product does, without a build: the artifact's text goes through the generator, its code through the C#
/// compiler, and the engine is loaded. So one run can measure many sparsities of one network.
/// </summary>
internal static class NetworkCompiler
{
    private const string Name = "Benchmarks.Network";

    private static readonly Lazy<MetadataReference[]> s_references = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
                || path == typeof(Trainer).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    public static InferenceEngine Compile(CompressedModel model)
    {
        var (text, _) = Artifact.Write(model.Definition, model.Model, 0, []);
        var manifest = generator::CompileTime.Shared.ManifestText.Read(text, out var error)
            ?? throw new InvalidOperationException(error!.Message);
        var plan = Planner.Run(PassList.Run(manifest.Network));
        var source = EngineEmitter.Emit(Name, manifest.Definition, manifest, "none", plan, Planner.RunBatch(manifest.Network)).Source;
        var nodes = model.Model.Network.Nodes;
        var data = new NetworkData([.. nodes.Select(node => node.Scale)], [.. nodes.Select(node => node.ZeroPoint)],
            [.. nodes.Select(node => node.Weight?.IsPerChannel ?? false)], [.. model.Model.Weights]);
        var type = Load(source).GetType(EngineEmitter.Name(Name)["global::".Length..])!;
        return (InferenceEngine)type.GetMethod("Create")!.Invoke(null, [data, InstructionSets.Best])!;
    }

    private static Assembly Load(string source)
    {
        var compilation = CSharpCompilation.Create("Network" + Guid.NewGuid().ToString("N"), [CSharpSyntaxTree.ParseText(source)],
            s_references.Value, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
                optimizationLevel: OptimizationLevel.Release));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        if (!emitted.Success)
            throw new InvalidOperationException(string.Join("\n", emitted.Diagnostics.Take(5)));
        image.Position = 0;
        return new AssemblyLoadContext(compilation.AssemblyName).LoadFromStream(image);
    }
}
