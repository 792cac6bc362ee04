using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Manifests;
using CompileTime.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.Generator;

/// <summary>Reports every problem of every model: reads and compiles as the generator does, and finds the places.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModelAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Catalogue.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();

        // The generator reads a model wherever it stands, so what is wrong with it is said there, too.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownSymbols.ModelAttribute) is null)
                return;
            var manifests = ManifestSource.ReadAll(start.Options, start.CancellationToken);
            start.RegisterSymbolAction(symbol => AnalyzeType(symbol, manifests), SymbolKind.NamedType);
            start.RegisterAdditionalFileAction(file => AnalyzeFile(file, manifests));
        });
    }

    private static void AnalyzeType(SymbolAnalysisContext context, EquatableArray<ManifestSource> manifests)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (KnownSymbols.FindModelAttribute(type) is null)
        {
            AnalyzeStray(context, type);
            return;
        }

        var sites = new SiteTable();
        if (DeclarationReader.Read(type, context.Compilation, sites, context.CancellationToken) is not { } declaration)
            return;
        var facts = CompilerFacts.Of(context.Compilation, context.Options.AnalyzerConfigOptionsProvider.GlobalOptions);
        var problems = ModelCompiler.Check(
            new ModelInput(declaration, ManifestSource.Of(declaration, manifests), facts));
        foreach (var problem in problems)
        {
            var location = problem.Site.File is null ? sites.Find(problem.Site) : LocationIn(problem.Site);
            context.ReportDiagnostic(ToDiagnostic(problem, location));
        }
    }

    private static void AnalyzeStray(SymbolAnalysisContext context, INamedTypeSymbol type)
    {
        if (StrayLayers.Find(type) is not { AttributeClass.Name: var attribute })
            return;
        var problem = new Problem("CT1012", Site.Class, type.Name, attribute.Substring(0, attribute.Length - "Attribute".Length));
        context.ReportDiagnostic(ToDiagnostic(problem, type.Locations.First(place => !KnownSymbols.IsGenerated(place.SourceTree!))));
    }

    // What can be said of an artifact only where no class is there to say it.
    private static void AnalyzeFile(AdditionalFileAnalysisContext context, EquatableArray<ManifestSource> manifests)
    {
        if (ManifestSource.Read(context.AdditionalFile, context.Options.AnalyzerConfigOptionsProvider,
                context.CancellationToken) is { } source
            && ManifestRules.CheckOrphan(source, name => ModelTypes.Exists(context.Compilation, name), Untrained) is { } problem)
            context.ReportDiagnostic(ToDiagnostic(problem, LocationIn(problem.Site)));

        IEnumerable<NetworkDefinition> Untrained() => ModelTypes.All(context.Compilation)
            .Select(type => DeclarationReader.Read(type, context.Compilation, new SiteTable(), context.CancellationToken))
            .Where(declaration => declaration is not null && ManifestSource.Of(declaration, manifests).Count == 0)
            .Select(declaration => ModelCompiler.Network(declaration!)).OfType<NetworkDefinition>();
    }

    private static Diagnostic ToDiagnostic(Problem problem, Location location)
    {
        var arguments = new object[problem.Arguments.Count];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = problem.Arguments[i];
        return Diagnostic.Create(Catalogue.Find(problem.Id), location, FixFacts.Of(problem), arguments);
    }

    private static Location LocationIn(Site site)
    {
        var place = new LinePosition(site.Line - 1, site.Column - 1);
        return Location.Create(site.File!, default, new LinePositionSpan(place, place));
    }
}
