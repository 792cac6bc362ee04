using System.Collections.Generic;
using System.Linq;
using System.Threading;
using CompileTime.Generator.Declaration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.CodeFixes;

/// <summary>A class on which layers stand in the order in which they run.</summary>
internal sealed record SequentialModel(
    TypeDeclarationSyntax Part, INamedTypeSymbol Type, SemanticModel Model, IReadOnlyList<WrittenLayer> Layers)
{
    /// <summary>
    /// Null for a class without layers, with layers on several parts or also on methods, or with something called Forward.
    /// </summary>
    public static SequentialModel? Find(TypeDeclarationSyntax part, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetDeclaredSymbol(part, cancellation) is not INamedTypeSymbol { TypeKind: TypeKind.Class } type
            || KnownSymbols.FindModelAttribute(type) is null || type.Name == "Forward" || type.GetMembers("Forward").Length > 0
            || part.AttributeLists.Any(list => list.ContainsDirectives || list.ContainsDiagnostics)
            || (!HasBody(part) && !EndsInSemicolon(part)))
            return null;
        var layers = LayersOf(type)
            .Select(attribute => new WrittenLayer(attribute.AttributeClass!.Name,
                (AttributeSyntax)attribute.ApplicationSyntaxReference!.GetSyntax(cancellation)))
            .OrderBy(layer => layer.Syntax.SpanStart).ToList();
        return layers.Count == 0 || layers.Any(layer => layer.Syntax.Parent?.Parent != part)
            || type.GetMembers().OfType<IMethodSymbol>().Any(method => LayersOf(method).Any())
            ? null
            : new SequentialModel(part, type, model, layers);
    }

    public static bool HasBody(TypeDeclarationSyntax part) =>
        part.OpenBraceToken is { RawKind: (int)SyntaxKind.OpenBraceToken, IsMissing: false } && !part.CloseBraceToken.IsMissing;

    public IReadOnlyList<Edit> ToGraph()
    {
        var moved = new MovedLayers(Layers.Select(layer => layer.Syntax));
        var tensor = Names.Tensor(Model, Part.Identifier.SpanStart);
        var names = new List<string>();
        var lines = new List<string>();
        foreach (var group in LayerGroup.Of(Layers))
        {
            names.Add(Unique(group.Stem, names));
            lines.AddRange(moved.CommentsOf(group.Layers.Select(layer => layer.Syntax)));
            lines.Add("[" + string.Join(", ", group.Layers.Select(layer => layer.Syntax.ToString())) + "] "
                + $"private static partial {tensor} {names.Last()}({tensor} x);");
        }

        lines.AddRange(["", $"private static {tensor} Forward({tensor} x)", "{"]);
        for (var i = 0; i < names.Count; i++)
            lines.Add(Step + (i + 1 < names.Count ? "x = " : "return ") + names[i] + "(x);");
        lines.Add("}");
        return [.. moved.Removal(), Body(lines)];
    }

    private string Step => Layout.Indentation(Part).Contains("\t") ? "\t" : "    ";

    private Edit Body(IEnumerable<string> lines)
    {
        var (tree, outer, newLine) = (Part.SyntaxTree, Layout.Indentation(Part), Layout.NewLine(Part.SyntaxTree));
        var text = string.Concat(lines.Select(line => newLine + (line.Length == 0 ? "" : outer + Step + line)));
        if (!HasBody(Part))
            return new Edit(tree, Part.SemicolonToken.Span, newLine + outer + "{" + text + newLine + outer + "}");
        var inside = TextSpan.FromBounds(Part.OpenBraceToken.Span.End, Part.CloseBraceToken.SpanStart);
        return string.IsNullOrWhiteSpace(tree.GetText().ToString(inside))
            ? new Edit(tree, inside, text + newLine + outer)
            : Edit.Insert(tree, inside.Start, text + newLine);
    }

    // Nothing of the class, or of one that it extends, may have the name.
    private string Unique(string stem, List<string> taken)
    {
        for (var i = 1; ; i++)
        {
            var name = stem + i;
            var isFree = !taken.Contains(name) && Type.Name != name;
            for (INamedTypeSymbol? type = Type; type is not null && isFree; type = type.BaseType)
                isFree = type.GetMembers(name).Length == 0;
            if (isFree)
                return name;
        }
    }

    private static IEnumerable<AttributeData> LayersOf(ISymbol symbol) => symbol.GetAttributes()
        .Where(attribute => KnownSymbols.IsLayerAttribute(attribute.AttributeClass) && attribute.ApplicationSyntaxReference is not null);

    private static bool EndsInSemicolon(TypeDeclarationSyntax part) =>
        part.SemicolonToken is { RawKind: (int)SyntaxKind.SemicolonToken, IsMissing: false };
}
