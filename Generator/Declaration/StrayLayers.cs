using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.Generator.Declaration;

/// <summary>A layer method of a class without [Model]: where its other part belongs, and its head.</summary>
internal sealed record StrayMethod(string? Namespace, EquatableArray<TypeHeader> Types, string Signature);

/// <summary>Layers on a class that has no [Model]: somebody forgot it.</summary>
internal static class StrayLayers
{
    /// <summary>The first attribute of a network on the class or on a partial method of it; null where there is none.</summary>
    public static AttributeData? Find(INamedTypeSymbol type) => type.TypeKind != TypeKind.Class ? null : type.GetAttributes()
        .Concat(type.GetMembers().OfType<IMethodSymbol>().Where(method => method.IsPartialDefinition)
            .SelectMany(method => method.GetAttributes()))
        .FirstOrDefault(attribute => IsOfNetwork(attribute.AttributeClass));

    /// <summary>Whether a node may be such a method, told by its text alone: in a class with [Model] none is looked at further.</summary>
    public static bool IsCandidate(SyntaxNode node) => node is MethodDeclarationSyntax
    {
        AttributeLists.Count: > 0, Body: null, ExpressionBody: null, Parent: TypeDeclarationSyntax parent,
    } method
        && method.Modifiers.Any(SyntaxKind.PartialKeyword)
        && !parent.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => IsCalled(attribute, "Model"));

    /// <summary>What is to be generated for it, so that a build can say what is wrong (<see cref="PartialSignature"/>).</summary>
    public static StrayMethod? Read(GeneratorSyntaxContext context, CancellationToken cancellation)
    {
        var syntax = (MethodDeclarationSyntax)context.Node;
        if (context.SemanticModel.GetDeclaredSymbol(syntax, cancellation) is not { ContainingType: { } type } method
            || KnownSymbols.FindModelAttribute(type) is not null
            || !method.GetAttributes().Any(attribute => IsOfNetwork(attribute.AttributeClass))
            || syntax.Ancestors().OfType<TypeDeclarationSyntax>().Any(part => !part.Modifiers.Any(SyntaxKind.PartialKeyword))
            || TypeRules.IsFileLocal(type) || PartialSignature.Of(method, syntax) is not { } signature)
            return null;
        var headers = syntax.Ancestors().OfType<TypeDeclarationSyntax>().Reverse().Select(DeclarationReader.Header);
        var space = type.ContainingNamespace.IsGlobalNamespace ? null : DeclarationReader.WrittenNamespace(type);
        return new StrayMethod(space, new(headers), signature);
    }

    /// <summary>Whether it is a layer's attribute, or one that says how layers are compressed.</summary>
    public static bool IsOfNetwork(INamedTypeSymbol? attribute) => KnownSymbols.IsLayerAttribute(attribute)
        || KnownSymbols.Is(attribute, "PruneAttribute") || KnownSymbols.Is(attribute, "PruneNofMAttribute")
        || KnownSymbols.Is(attribute, "QuantizeAttribute") || KnownSymbols.Is(attribute, "BudgetAttribute");

    private static bool IsCalled(AttributeSyntax attribute, string name)
    {
        var written = attribute.Name is QualifiedNameSyntax qualified ? qualified.Right : attribute.Name;
        return written is SimpleNameSyntax { Identifier.ValueText: var text } && (text == name || text == name + "Attribute");
    }
}
