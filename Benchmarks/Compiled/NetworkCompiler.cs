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
                || path == typeof(Trainer).Assembly.Location || path == typeof(NetworkCompiler).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    /// <summary>What generated code refers to.</summary>
    public static IReadOnlyList<MetadataReference> References => s_references.Value;

    /// <summary>The engine of a network.</summary>
    public static InferenceEngine Compile(CompressedModel model) => Compile(model, source => CSharpSyntaxTree.ParseText(source), out _, out _);

    /// <summary>The same with a look at the generated code.</summary>
    /// <param name="model">The network.</param>
    /// <param name="parse">Makes the code's syntax tree.</param>
    /// <param name="plan">What was planned for single samples.</param>
    /// <param name="batchPlan">What was planned for many samples; null for nothing of its own.</param>
    public static InferenceEngine Compile(CompressedModel model, Func<string, SyntaxTree> parse, out NetworkPlan plan, out NetworkPlan? batchPlan)
    {
        var (text, _) = Artifact.Write(model.Definition, model.Model, 0, []);
        var manifest = generator::CompileTime.Shared.ManifestText.Read(text, out var error)
            ?? throw new InvalidOperationException(error!.Message);
        plan = Planner.Run(PassList.Run(manifest.Network));
        batchPlan = Planner.RunBatch(manifest.Network);
        var source = EngineEmitter.Emit(Name, manifest.Definition, manifest, "none", plan, batchPlan).Source;
        var nodes = model.Model.Network.Nodes;
        var data = new NetworkData([.. nodes.Select(node => node.Scale)], [.. nodes.Select(node => node.ZeroPoint)],
            [.. nodes.Select(node => node.Weight?.IsPerChannel ?? false)], [.. model.Model.Weights]);
        var type = Load(parse(source)).GetType(EngineEmitter.Name(Name)["global::".Length..])!;
        return (InferenceEngine)type.GetMethod("Create")!.Invoke(null, [data, InstructionSets.Best])!;
    }

    private static Assembly Load(SyntaxTree source)
    {
        var compilation = CSharpCompilation.Create("Network" + Guid.NewGuid().ToString("N"), [source],
            References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
                optimizationLevel: OptimizationLevel.Release));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        if (!emitted.Success)
            throw new InvalidOperationException(string.Join("\n", emitted.Diagnostics.Take(5)));
        image.Position = 0;
        return new AssemblyLoadContext(compilation.AssemblyName).LoadFromStream(image);
    }
}
