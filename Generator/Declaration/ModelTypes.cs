using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Declaration;

/// <summary>Finds the class that an artifact names.</summary>
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
}
