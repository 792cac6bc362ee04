using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.Generator.Declaration;

/// <summary>
/// The name Random in <c>[Prune(0.25, Random)]</c>. Imported statically like L1 it would be ambiguous with System.Random, in every
/// expression of the project; so the class that uses it gets a constant of that name, which its attributes see. Before the constant is
/// generated the attribute does not bind: it is then read from a compilation that has it already.
/// </summary>
internal static class RandomName
{
    /// <summary>The member that is generated.</summary>
    public const string Constant = "private const global::CompileTime.PruningMethod Random = global::CompileTime.PruningMethod.Random;";

    /// <summary>Whether an attribute has the bare name, and nothing of the user's own answers to it.</summary>
    public static bool IsNeeded(INamedTypeSymbol type, CancellationToken cancellation)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.GetMembers("Random").Length > 0)
                return false;
        }

        return type.GetAttributes().Concat(type.GetMembers().OfType<IMethodSymbol>().SelectMany(method => method.GetAttributes()))
            .Any(attribute => IsUnbound(attribute, cancellation));
    }

    /// <summary>Whether the generator has written the constant: the analyzer sees the class with it.</summary>
    public static bool IsGenerated(INamedTypeSymbol type) => type.GetMembers("Random")
        .Any(member => member.DeclaringSyntaxReferences.Any(reference => KnownSymbols.IsGenerated(reference.SyntaxTree)));

    /// <summary>Moves on to a compilation in which the constant exists.</summary>
    public static void Declare(
        TypeDeclarationSyntax part, IEnumerable<TypeHeader> around, ref INamedTypeSymbol type, ref Compilation compilation)
    {
        var text = new StringBuilder();
        var count = 1;
        if (!type.ContainingNamespace.IsGlobalNamespace)
        {
            text.Append("namespace ").Append(DeclarationReader.WrittenNamespace(type)).Append('{');
            count++;
        }

        foreach (var header in around)
        {
            text.Append("partial ").Append(header.Keyword).Append(' ').Append(header.Name).Append('{');
            count++;
        }

        text.Append("partial ").Append(part is RecordDeclarationSyntax ? "record class " : "class ").Append(part.Identifier.Text)
            .Append(part.TypeParameterList?.ToString()).Append('{').Append(Constant).Append('}', count);
        compilation = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(text.ToString(), (CSharpParseOptions)part.SyntaxTree.Options));
        type = compilation.GetSemanticModel(part.SyntaxTree).GetDeclaredSymbol(part) ?? type;
    }

    // Where the user's usings give the name another way, the attribute is as it should be.
    private static bool IsUnbound(AttributeData attribute, CancellationToken cancellation) =>
        KnownSymbols.Is(attribute.AttributeClass, "PruneAttribute")
        && attribute.ApplicationSyntaxReference is { } reference && !KnownSymbols.IsGenerated(reference.SyntaxTree)
        && reference.GetSyntax(cancellation) is AttributeSyntax { ArgumentList: { } list }
        && list.Arguments.Any(argument => argument.Expression is IdentifierNameSyntax { Identifier.ValueText: "Random" })
        && (attribute.AttributeConstructor is null
            || attribute.ConstructorArguments.Any(argument => argument.Kind == TypedConstantKind.Error));
}
