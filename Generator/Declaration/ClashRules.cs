using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Declaration;

/// <summary>
/// What the user declares that the generated members cannot stand beside: without these rules the compiler would complain about
/// generated files.
/// </summary>
internal static class ClashRules
{
    private const string Floats = "global::System.ReadOnlySpan<float>";
    private const string Bytes = "global::System.ReadOnlySpan<byte>";
    private const string Result = "global::System.Span<float>";
    private const string Parallel = "global::System.Threading.Tasks.ParallelOptions";

    /// <summary>Generated constants, fields and properties: nothing else may have their names.</summary>
    private static readonly string[] s_names = ["__definition", "__engine", "__loaded", "InputLength", "OutputLength", "InstructionSet"];

    /// <summary>Generated methods: overloads may stand beside them, other kinds of members may not.</summary>
    private static readonly (string Name, string[] Parameters)[] s_methods =
    [
        ("CreateTrainer", ["int"]),
        ("Load", ["string"]),
        ("Load", ["string", "global::CompileTime.InstructionSet"]),
        ("Predict", [Floats, Result]),
        ("Predict", [Bytes, Result]),
        ("PredictBatch", [Floats, Result]),
        ("PredictBatch", [Bytes, Result]),
        ("PredictBatch", [Floats, Result, Parallel]),
        ("PredictBatch", [Bytes, Result, Parallel]),
    ];

    /// <summary>
    /// Whether there is no room even for members that throw: another part of the class would only bring the compiler's errors.
    /// </summary>
    public static bool Check(INamedTypeSymbol type, Compilation compilation, SiteTable? sites, List<Problem> problems)
    {
        var noRoom = false;
        foreach (var name in s_names.Concat(s_methods.Select(method => method.Name)).Distinct())
        {
            if (type.Name == name)
            {
                noRoom = true;
                problems.Add(new Problem("CT1011", Site.Class, type.Name, name,
                    "a generated member has this name; give the class another"));
            }

            foreach (var member in type.GetMembers(name).Where(member => IsOwn(member) && Clashes(member)))
            {
                noRoom = true;
                Report(member, "a generated member has this name" + (member is IMethodSymbol && !s_names.Contains(name)
                    ? " and these parameters" : "") + "; give yours another");
            }
        }

        foreach (var constructor in type.InstanceConstructors)
        {
            if (IsOwn(constructor) && Takes(constructor, "global::CompileTime.Inference.InferenceEngine"))
                Report(constructor, "a generated constructor has these parameters; give yours others");
        }

        Required(type, sites, problems);
        if (BaseModel(type) is { } model)
        {
            noRoom = true;
            problems.Add(new Problem("CT1011", Site.Class, type.Name, model.Name,
                "it is a model, too, and every instance would hold both networks; give both another base class, or none"));
        }
        else if (!HasBaseConstructor(type, compilation))
        {
            noRoom = true;
            problems.Add(new Problem("CT1011", Site.Class, type.Name, type.BaseType!.Name,
                "generated constructors call the base class's without arguments, and it has none that can be called so; add one"));
        }

        return noRoom;

        void Report(ISymbol member, string reason)
        {
            var shown = member.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);
            var site = new Site("member/" + shown);
            sites?.Add(site, member.Locations[0]);
            problems.Add(new Problem("CT1011", site, type.Name, shown, reason));
        }
    }

    private static void Required(INamedTypeSymbol type, SiteTable? sites, List<Problem> problems)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is not (IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }))
                    continue;
                var shown = member.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);
                var site = new Site("member/" + shown);
                if (ReferenceEquals(current, type))
                    sites?.Add(site, member.Locations[0]);
                problems.Add(new Problem("CT1011", site, type.Name, shown,
                    "it is required, and Load makes instances without setting it; remove 'required'"));
            }
        }
    }

    private static bool IsOwn(ISymbol member) => !member.IsImplicitlyDeclared
        && member.Locations.FirstOrDefault() is { SourceTree: { } tree } && !KnownSymbols.IsGenerated(tree);

    private static bool Clashes(ISymbol member) => member is not IMethodSymbol method || s_names.Contains(member.Name)
        || (method.Arity == 0 && s_methods.Any(generated => generated.Name == member.Name && Takes(method, generated.Parameters)));

    private static bool Takes(IMethodSymbol method, params string[] parameters) => method.Parameters.Length == parameters.Length
        && method.Parameters.Zip(parameters, (parameter, type) => parameter.RefKind == RefKind.None
            && parameter.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) == type).All(same => same);

    private static INamedTypeSymbol? BaseModel(INamedTypeSymbol type)
    {
        var current = type.BaseType;
        while (current is not null && KnownSymbols.FindModelAttribute(current) is null)
            current = current.BaseType;
        return current;
    }

    private static bool HasBaseConstructor(INamedTypeSymbol type, Compilation compilation) =>
        type.BaseType is not { TypeKind: TypeKind.Class } parent
        || parent.InstanceConstructors.Any(constructor =>
            constructor.Parameters.All(parameter => parameter.IsOptional || parameter.IsParams)
            && compilation.IsSymbolAccessibleWithin(constructor, type));
}
