extern alias generator;

using System.Reflection;
using System.Runtime.Loader;
using CompileTime.Generator.Tests.Harness;
using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using generator::CompileTime.Generator.Emit;
using generator::CompileTime.Generator.Passes;
using generator::CompileTime.Generator.Plan;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Generated engines of many networks, compiled together. Each goes the way of a real artifact: written to text and blob, read by
/// the generator's half, emitted, compiled, loaded.
/// </summary>
internal sealed class EngineBuilder
{
    private readonly Dictionary<string, QuantizedModel> _models = [];
    private readonly List<string> _sources = [];
    private readonly Lazy<Assembly> _assembly;

    private readonly string? _stub;
    private readonly bool _hasWideVnni;

    /// <param name="stub">A source that is compiled with them, whose types stand in for those of the framework; null for none.</param>
    /// <param name="hasWideVnni">Whether there is AvxVnni.V512.</param>
    public EngineBuilder(string? stub = null, bool hasWideVnni = false)
    {
        (_stub, _hasWideVnni) = (stub, hasWideVnni);
        // Compiled once, also when it fails: every test then says why at once.
        _assembly = new(Compile);
    }

    public Assembly Assembly => _assembly.Value;

    // The stub's types are preferred to those of the same name in the framework.
    private static readonly Dictionary<string, ReportDiagnostic> s_standIns = new() { ["CS0436"] = ReportDiagnostic.Suppress };

    public static IEnumerable<InstructionSet> InstructionSetsHere => Enum.GetValues<InstructionSet>().Where(set => set <= InstructionSets.Best);

    /// <param name="backend">Whose observers the scales are said to come from: decides where layers look at their inputs.</param>
    /// <param name="isPlanar">How images lie, whatever the costs are; null for what the generator decides.</param>
    public void Add(string name, QuantizedModel model, float? inputScale = null, float inputOffset = 0, string? backend = null,
        bool? isPlanar = null)
    {
        var definition = new NetworkDefinition
        {
            ModelName = "Test." + name,
            InputShape = model.Network.Input.Shape,
            InputScale = inputScale,
            InputOffset = inputOffset,
            Layers = Layers(model.Network),
        };
        var (text, _) = Artifact.Write(definition, model, 0, []);
        var manifest = generator::CompileTime.Shared.ManifestText.Read(text, out var error);
        Assert.True(error is null, error?.ToString());
        var graph = isPlanar is { } planar ? LaidOut(manifest!.Network, planar) : PassList.Run(manifest!.Network);
        var plan = Planner.Run(graph, backend, _hasWideVnni);
        var batchPlan = Planner.RunBatch(manifest.Network, backend, _hasWideVnni);
        _sources.Add(EngineEmitter.Emit("Test." + name, manifest.Definition, manifest, "none", plan, batchPlan).Source);
        _models.Add(name, model);
    }

    // Any pass may be left out, and this one's decision made otherwise.
    private static generator::CompileTime.Generator.Graph.LaidOutNetwork LaidOut(generator::CompileTime.Shared.QuantizedNetwork network, bool isPlanar)
    {
        var graph = generator::CompileTime.Generator.Graph.LaidOutNetwork.From(network) with { IsPlanar = isPlanar };
        foreach (var (name, run) in PassList.All)
            graph = name == "PlanarImages" ? graph : run(graph);
        return graph;
    }

    // Any layers that lead from the one shape to the other: the engine does not look at them.
    public static List<LayerDefinition> Layers(QuantizedNetwork network)
    {
        var (input, output) = (network.Input.Shape, network.Output.Shape);
        var layers = new List<LayerDefinition>();
        if (!output.IsFlat)
        {
            Add(LayerKind.Conv2d, Shape.Image(output.Channels, input.Height, input.Width), new Window(1, 1));
            Add(LayerKind.AdaptiveAvgPool2d, output);
            return layers;
        }

        if (!input.IsFlat)
            Add(LayerKind.Flatten, Shape.Flat(input.Elements));
        Add(LayerKind.Linear, output);
        return layers;

        void Add(LayerKind kind, Shape to, Window? window = null) => layers.Add(new LayerDefinition
        {
            Name = "l" + layers.Count, Kind = kind, Inputs = [layers.Count == 0 ? NetworkDefinition.InputName : layers[^1].Name],
            InputShape = layers.Count == 0 ? input : layers[^1].OutputShape, OutputShape = to, Window = window,
        });
    }

    public string Source(string name) => _sources[_models.Keys.ToList().IndexOf(name)];

    /// <param name="model">Other weights than those that the code was made from; null for the same.</param>
    public InferenceEngine Create(string name, InstructionSet instructionSet, QuantizedModel? model = null)
    {
        var data = new NetworkData(model ?? _models[name]);
        var type = _assembly.Value.GetType(EngineEmitter.Name("Test." + name)["global::".Length..])!;
        return (InferenceEngine)type.GetMethod("Create")!.Invoke(null, [data, instructionSet])!;
    }

    private Assembly Compile()
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp9);
        var compilation = CSharpCompilation.Create("Engines" + Guid.NewGuid().ToString("N"),
            _sources.Append(_stub).OfType<string>().Select(source => CSharpSyntaxTree.ParseText(source, options)),
            Basic.Reference.Assemblies.Net100.References.All.Append(TestProject.Runtime),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release,
                checkOverflow: true, warningLevel: 9999, specificDiagnosticOptions: s_standIns));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        Assert.True(emitted.Success && emitted.Diagnostics.All(found => found.Severity < DiagnosticSeverity.Warning),
            string.Join("\n", emitted.Diagnostics.Take(5)));
        image.Position = 0;
        return new AssemblyLoadContext(compilation.AssemblyName).LoadFromStream(image);
    }
}
