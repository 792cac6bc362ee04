using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Emit;
using CompileTime.Generator.Graph;
using CompileTime.Generator.Manifests;

namespace CompileTime.Generator;

/// <summary>All that the files of one model depend on.</summary>
internal sealed record ModelInput(ModelDeclaration Declaration, EquatableArray<ManifestSource> Manifests, CompilerFacts Facts);

/// <summary>What the compiler made of it: the files for the generator, the problems for the analyzer.</summary>
internal sealed record CompiledModel(EquatableArray<GeneratedFile> Files, EquatableArray<Problem> Problems);

/// <summary>The whole path from a declaration and its artifact to source files. A pure function; mistakes are values.</summary>
internal static class ModelCompiler
{
    public static CompiledModel Compile(ModelInput input)
    {
        var declaration = input.Declaration;
        var problems = new List<Problem>(declaration.Problems);
        if (input.Facts.OldLanguage is { } language)
        {
            problems.Add(new Problem("CT4002", Site.Class, declaration.FullName, language));
            return new CompiledModel(new([]), new(problems));
        }

        var definition = problems.Count == 0 && !declaration.HasCompilerErrors ? NetworkBuilder.Build(declaration, problems) : null;
        if (definition is null)
            return new CompiledModel(new(Unavailable(declaration, problems)), new(problems));

        var artifact = ManifestRules.Choose(declaration, definition, input, problems);
        var files = ModelClassEmitter.Emit(declaration, definition, artifact?.Manifest, artifact?.BlobResource);
        return new CompiledModel(new(files), new(problems));
    }

    // Another part of the class can be generated only where the language allows one, and where the user's members leave room for ours;
    // elsewhere the user's errors stand alone.
    private static IReadOnlyList<GeneratedFile> Unavailable(ModelDeclaration declaration, List<Problem> problems)
    {
        if (declaration.HasNoRoom || problems.Any(problem => problem.Id is "CT1001" or "CT1002" or "CT1003"))
            return [];
        var reason = problems.Count > 0
            ? string.Join(" ", problems.Select(problem => problem.Id + ": " + Catalogue.Message(problem) + "."))
            : "The declaration of this model has compiler errors.";
        return ModelClassEmitter.EmitUnavailable(declaration, reason);
    }
}
