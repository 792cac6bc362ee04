using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.Generator.Declaration;

/// <summary>
/// Reads a class with [Model]. The generator and the analyzer read with the same code; only the analyzer asks for a table of
/// sites, and what the generator wrote is not read, so that both get equal declarations.
/// </summary>
internal static class DeclarationReader
{
    private static readonly SymbolDisplayFormat s_written = SymbolDisplayFormat.FullyQualifiedFormat
        .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted)
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    private static readonly SymbolDisplayFormat s_plain = s_written
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.None)
        .WithGenericsOptions(SymbolDisplayGenericsOptions.None);

    /// <summary>The name by which definitions and artifacts call the class.</summary>
    public static string FullName(INamedTypeSymbol type) => type.ToDisplayString(s_plain);

    /// <summary>With keywords escaped.</summary>
    public static string WrittenNamespace(INamedTypeSymbol type) => type.ContainingNamespace.ToDisplayString(s_written);

    /// <summary>
    /// The declaration of the class that this part belongs to, for the part that carries [Model]; null for any other, so that
    /// a class on which the attribute stands twice (a compiler error) is still read once.
    /// </summary>
    public static ModelDeclaration? ReadPart(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        return KnownSymbols.FindModelAttribute(type)?.ApplicationSyntaxReference is { } reference
            && reference.SyntaxTree == context.TargetNode.SyntaxTree && context.TargetNode.Span.Contains(reference.Span)
            && IsFirstOfItsName(type)
            ? Read(type, context.SemanticModel.Compilation, sites: null, cancellation)
            : null;
    }

    // A class and a record of one name (a compiler error) are two types, and so is a generic class (CT1002): their files would have one
    // name. File-local types have none.
    private static bool IsFirstOfItsName(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            var first = ((INamespaceOrTypeSymbol)current.ContainingSymbol).GetTypeMembers(current.Name)
                .Where(type => !type.IsFileLocal).OrderBy(type => type.Arity).FirstOrDefault();
            if (!SymbolEqualityComparer.Default.Equals(first ?? current, current))
                return false;
        }

        return true;
    }

    public static ModelDeclaration? Read(INamedTypeSymbol type, Compilation compilation, SiteTable? sites, CancellationToken cancellation)
    {
        if (type.TypeKind != TypeKind.Class
            || KnownSymbols.FindModelAttribute(type)?.ApplicationSyntaxReference is not { } reference
            || reference.GetSyntax(cancellation).FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } part
            || part.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().Any(each => each.Identifier.IsMissing))
            return null;

        // What is bound again is the same text with one more name in it.
        var needsRandom = RandomName.IsNeeded(type, cancellation);
        if (needsRandom)
            RandomName.Declare(part, Headers(part), ref type, ref compilation);

        sites?.Add(Site.Class, part.Identifier.GetLocation());
        var problems = new List<Problem>();
        var attributes = new AttributeReader(sites);
        attributes.Read("class", type.GetAttributes());
        TypeRules.Check(type, problems, cancellation);
        LayersOnOnePart(type, part, problems);

        var methods = new LayerMethodReader(sites, problems);
        methods.Read(type, cancellation);
        var forward = new ForwardReader(type, methods.Names, compilation, sites, problems);
        var hasForward = forward.Find(wanted: attributes.Layers.Count == 0, cancellation);
        if (attributes.Layers.Count > 0 && (methods.Names.Count > 0 || hasForward))
            problems.Add(new Problem("CT1005", attributes.Layers[0].Site, type.Name));
        else if (attributes.Layers.Count == 0 && methods.Names.Count == 0 && !hasForward)
            problems.Add(new Problem("CT1004", Site.Class, type.Name));
        else if (attributes.Layers.Count == 0 && !hasForward)
            problems.Add(new Problem("CT1101", Site.Class, type.Name));
        var wiring = hasForward && attributes.Layers.Count == 0 ? forward.Read(cancellation) : null;

        var hasOwnConstructor = TypeRules.FindOwnConstructor(type, cancellation) is { } own;
        if (hasOwnConstructor)
        {
            var site = new Site("class/constructor");
            sites?.Add(site, TypeRules.FindOwnConstructor(type, cancellation)!.GetLocation());
            problems.Add(new Problem("CT1008", site, type.Name));
        }

        var noRoom = ClashRules.Check(type, compilation, sites, problems);
        var model = attributes.Model ?? default;
        return new ModelDeclaration
        {
            Namespace = type.ContainingNamespace.IsGlobalNamespace ? null : WrittenNamespace(type),
            ContainingTypes = new(Headers(part)),
            Class = Header(part),
            FullName = FullName(type),
            Accessibility = SyntaxFacts.GetText(type.DeclaredAccessibility),
            Modifiers = string.Join(" ", part.Modifiers.Select(modifier => modifier.Text)),
            IsSealed = type.IsSealed,
            HasOwnConstructor = hasOwnConstructor,
            HasNoRoom = noRoom || type.IsAbstract || type.IsStatic || type.IsGenericType,
            CanBeOpened = !problems.Any(problem => problem.Id == "CT1001") && !TypeRules.IsFileLocal(type),
            InputShape = new(InputShape(model)),
            InputScale = InputScale(model),
            InputOffset = (float)model.Double("InputOffset", 0),
            Prune = attributes.Prune,
            Quantize = attributes.Quantize,
            Budget = attributes.Budget,
            Layers = new(attributes.Layers),
            LayerMethods = new(methods.Methods),
            WrongMethods = new(methods.Wrong),
            Forward = wiring,
            NeedsRandom = needsRandom || RandomName.IsGenerated(type),
            Problems = new(problems),
            HasCompilerErrors = attributes.HasCompilerErrors || methods.HasCompilerErrors || forward.HasCompilerErrors,
        };
    }

    private static IEnumerable<int> InputShape(Arguments model) => model.Has("Features")
        ? [model.Int("Features", 0)]
        : [model.Int("Channels", 0), model.Int("Height", 0), model.Int("Width", 0)];

    private static float? InputScale(Arguments model) => model.Has("InputScale") ? (float)model.Double("InputScale", 0) : null;

    private static IEnumerable<TypeHeader> Headers(TypeDeclarationSyntax part) =>
        part.Ancestors().OfType<TypeDeclarationSyntax>().Reverse().Select(Header);

    /// <summary>How a part opens its type.</summary>
    public static TypeHeader Header(TypeDeclarationSyntax part)
    {
        var keyword = part is RecordDeclarationSyntax record
            ? (record.Keyword.Text + " " + record.ClassOrStructKeyword.Text).TrimEnd()
            : part.Keyword.Text;
        var name = part.Identifier.Text;
        if (SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None)
            name = "@" + name;
        if (part.TypeParameterList is { } parameters)
            name += "<" + string.Join(", ", parameters.Parameters.Select(parameter => parameter.Identifier.Text)) + ">";
        return new TypeHeader(keyword, name);
    }

    // Between two parts of a class there is no order, so layers on both would run in an order that nobody has written.
    private static void LayersOnOnePart(INamedTypeSymbol type, TypeDeclarationSyntax part, List<Problem> problems)
    {
        var stray = type.GetAttributes().Any(attribute => KnownSymbols.IsLayerAttribute(attribute.AttributeClass)
            && attribute.ApplicationSyntaxReference is { } reference
            && (reference.SyntaxTree != part.SyntaxTree || !part.Span.Contains(reference.Span)));
        if (stray)
            problems.Add(new Problem("CT1010", Site.Class, type.Name));
    }
}
