using System.Linq;
using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Declaration;

/// <summary>How the runtime's types are told from others of the same name.</summary>
internal static class KnownSymbols
{
    public const string ModelAttribute = "CompileTime.ModelAttribute";

    public static bool IsTensor(ITypeSymbol? type) => Is(type, "Tensor");

    public static bool IsFunctional(ITypeSymbol? type) => Is(type, "Functional");

    public static bool Is(ITypeSymbol? type, string name) => type is INamedTypeSymbol { ContainingType: null } named && named.Name == name
        && named.ContainingNamespace is { Name: "CompileTime", ContainingNamespace.IsGlobalNamespace: true };

    public static bool IsLayerAttribute(INamedTypeSymbol? type)
    {
        for (var current = type?.BaseType; current is not null; current = current.BaseType)
        {
            if (Is(current, "LayerAttribute"))
                return true;
        }

        return false;
    }

    public static AttributeData? FindModelAttribute(INamedTypeSymbol type) =>
        type.GetAttributes().FirstOrDefault(attribute => Is(attribute.AttributeClass, "ModelAttribute"));

    /// <summary>
    /// Whether the generator itself wrote the tree. The analyzer sees the class with the generated part; what is declared there
    /// is not the user's.
    /// </summary>
    public static bool IsGenerated(SyntaxTree tree) => IsGenerated(tree.FilePath);

    /// <summary>
    /// Whether the path ends as those of the generator do: assembly, generator, file. What stands before may be anything.
    /// </summary>
    public static bool IsGenerated(string path)
    {
        var parts = path.Split('/', '\\');
        return parts.Length >= 3 && parts[parts.Length - 3] == "CompileTime.Generator"
            && parts[parts.Length - 2] == "CompileTime.Generator.ModelGenerator"
            && parts[parts.Length - 1].EndsWith(".g.cs", System.StringComparison.Ordinal);
    }
}
