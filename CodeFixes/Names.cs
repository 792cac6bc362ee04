using System;
using CompileTime.Generator.Declaration;
using Microsoft.CodeAnalysis;

namespace CompileTime.CodeFixes;

/// <summary>How the runtime's names are to be written at a place: short where the package's usings, or the user's, reach.</summary>
internal static class Names
{
    public static string Tensor(SemanticModel model, int position) => Type("Tensor", model, position);

    /// <summary>Without <c>Attribute</c> at its end.</summary>
    public static string Attribute(string name, SemanticModel model, int position)
    {
        var written = Type(name + "Attribute", model, position);
        return written.EndsWith("Attribute", StringComparison.Ordinal)
            ? written.Substring(0, written.Length - "Attribute".Length)
            : written;
    }

    /// <summary>A member of an enum, alone where a static using brings it.</summary>
    public static string Member(string type, string name, SemanticModel model, int position) =>
        model.LookupSymbols(position, name: name) is { Length: 1 } found && KnownSymbols.Is(found[0].ContainingType, type)
            ? name
            : Type(type, model, position) + "." + name;

    private static string Type(string name, SemanticModel model, int position) =>
        model.Compilation.GetTypeByMetadataName("CompileTime." + name)?.ToMinimalDisplayString(model, position) ?? name;
}
