using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Emit;
using CompileTime.Generator.Graph;
using CompileTime.Generator.Manifests;
using CompileTime.Generator.Passes;
using CompileTime.Generator.Plan;
using CompileTime.Shared;

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
        var problems = new List<Problem>();
        var emit = Decide(input, problems);
        return new CompiledModel(new(emit()), new(problems));
    }

    /// <summary>The problems alone. The analyzer asks at every keystroke, and printing is most of the work.</summary>
    public static IReadOnlyList<Problem> Check(ModelInput input)
    {
        var problems = new List<Problem>();
        Decide(input, problems);
        return problems;
    }

    /// <summary>The declared network, or null where the declaration is wrong.</summary>
    public static NetworkDefinition? Network(ModelDeclaration declaration) =>
        declaration.Problems.Count == 0 && !declaration.HasCompilerErrors ? NetworkBuilder.Build(declaration, []) : null;

    // Everything but printing, which is what comes back.
    private static Func<IReadOnlyList<GeneratedFile>> Decide(ModelInput input, List<Problem> problems)
    {
        var declaration = input.Declaration;
        problems.AddRange(declaration.Problems);
        if (input.Facts.OldLanguage is { } language)
        {
            problems.Add(new Problem("CT4002", Site.Class, declaration.FullName, language));
            return () => [];
        }

        var definition = problems.Count == 0 && !declaration.HasCompilerErrors ? NetworkBuilder.Build(declaration, problems) : null;
        if (definition is null)
            return () => Unavailable(declaration, problems);

        var before = problems.Count;
        if (ManifestRules.Choose(declaration, definition, input, problems) is not { } artifact)
        {
            var why = problems[before];
            BudgetRules.CheckDeclared(declaration, definition, why, problems);
            return () => ModelClassEmitter.EmitUntrained(declaration, definition, why);
        }

        var plan = Planner.Run(PassList.Run(artifact.Manifest.Network), definition.Quantize?.Backend, input.Facts.HasWideVnni);
        PlanRules.Check(declaration, definition, plan, input.Facts, problems);
        return () => ModelClassEmitter.Emit(declaration, definition, artifact, plan);
    }

    // Another part of the class can be generated only where the language allows one. Where the user's members leave no room for ours, it
    // has nothing but the bodies of layer methods, so that csc comes as far as the analyzer.
    private static IReadOnlyList<GeneratedFile> Unavailable(ModelDeclaration declaration, List<Problem> problems)
    {
        if (!declaration.CanBeOpened || (declaration.HasNoRoom && declaration.LayerMethods.Count + declaration.WrongMethods.Count == 0))
            return [];
        var reason = problems.Count > 0
            ? string.Join(" ", problems.Select(problem => problem.Id + ": " + Catalogue.Message(problem) + "."))
            : "The declaration of this model has compiler errors.";
        return ModelClassEmitter.EmitUnavailable(declaration, reason);
    }
}
