using CompileTime.Generator.Declaration;
using CompileTime.Generator.Emit;
using CompileTime.Generator.Manifests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.Generator;

/// <summary>Wires the compiler into the build: from the classes with [Model] and the artifacts of the project to source files.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModelGenerator : IIncrementalGenerator
{
    /// <summary>Names of the steps, by which tests ask why one ran.</summary>
    internal static class Steps
    {
        public const string Declaration = nameof(Declaration);
        public const string Manifest = nameof(Manifest);
        public const string Facts = nameof(Facts);
        public const string Input = nameof(Input);
        public const string Files = nameof(Files);
        public const string Stray = nameof(Stray);
    }

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownSymbols.ModelAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (syntax, cancellation) => DeclarationReader.ReadPart(syntax, cancellation))
            .WithTrackingName(Steps.Declaration)
            .Where(static declaration => declaration is not null)
            .Select(static (declaration, _) => declaration!);

        var manifests = context.AdditionalTextsProvider
            .Where(static file => ManifestSource.IsManifest(file))
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Select(static (pair, cancellation) => ManifestSource.Read(pair.Left, pair.Right, cancellation))
            .WithTrackingName(Steps.Manifest)
            .Collect();

        var facts = context.CompilationProvider
            .Select(static (compilation, _) => CompilerFacts.Of(compilation))
            .WithTrackingName(Steps.Facts);

        // From here on a model has only its own artifacts beside it: another one's changes end here.
        var inputs = declarations
            .Combine(manifests)
            .Combine(facts)
            .Select(static (all, _) => new ModelInput(all.Left.Left, ManifestSource.Of(all.Left.Left, all.Left.Right), all.Right))
            .WithTrackingName(Steps.Input);

        var files = inputs
            .Select(static (input, _) => ModelCompiler.Compile(input).Files)
            .WithTrackingName(Steps.Files);

        var stray = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => StrayLayers.IsCandidate(node), StrayLayers.Read)
            .Where(static method => method is not null)
            .Select(static (method, _) => method!)
            .Collect()
            .Select(static (methods, _) => ModelClassEmitter.EmitStray(methods))
            .WithTrackingName(Steps.Stray);

        context.RegisterSourceOutput(stray, static (output, file) =>
        {
            if (file is not null)
                output.AddSource(file.HintName, file.Source);
        });

        context.RegisterSourceOutput(files, static (output, files) =>
        {
            foreach (var file in files)
                output.AddSource(file.HintName, file.Source);
        });
    }
}
