using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Declaration;

/// <summary>Finds the class that an artifact names, or all that it could have been.</summary>
internal static class ModelTypes
{
    /// <summary>Whether the project has a class with [Model] of this full name (dots also between nested classes).</summary>
    public static bool Exists(Compilation compilation, string fullName)
    {
        IEnumerable<INamespaceOrTypeSymbol> found = [compilation.Assembly.GlobalNamespace];
        foreach (var part in fullName.Split('.'))
            found = found.SelectMany(symbol => symbol.GetMembers(part).OfType<INamespaceOrTypeSymbol>()).ToList();
        return found.OfType<INamedTypeSymbol>().Any(type => KnownSymbols.FindModelAttribute(type) is not null);
    }

    /// <summary>All classes of the project with [Model].</summary>
    public static IEnumerable<INamedTypeSymbol> All(Compilation compilation) => Types(compilation.Assembly.GlobalNamespace)
        .Where(type => KnownSymbols.FindModelAttribute(type) is not null);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol parent) => parent.GetMembers()
        .OfType<INamespaceOrTypeSymbol>()
        .SelectMany(member => member is INamedTypeSymbol type ? Types(type).Prepend(type) : Types(member));
}
