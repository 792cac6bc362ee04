using System.Collections.Generic;
using System.Composition;
using System.Linq;
using CompileTime.Generator.Declaration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.CodeFixes;

/// <summary>CT1009: makes a layer method static and partial, and takes its body away, which is generated.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LayerMethodFix)), Shared]
public sealed class LayerMethodFix() : FixProvider("CT1009")
{
    // With any other a method is meant to be something else.
    private static readonly SyntaxKind[] s_modifiers = [SyntaxKind.StaticKeyword, SyntaxKind.PartialKeyword, SyntaxKind.UnsafeKeyword];

    private static readonly SyntaxKind[] s_accessibility =
        [SyntaxKind.PublicKeyword, SyntaxKind.InternalKeyword, SyntaxKind.ProtectedKeyword, SyntaxKind.PrivateKeyword];

    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<MethodDeclarationSyntax>() is not { Parent: TypeDeclarationSyntax part } method
            || method.ExplicitInterfaceSpecifier is not null || method.TypeParameterList is not null || !MayBeLayer(method)
            || !HasLayer(method, place) || !Parts.MayBeGenerated(part, place))
            yield break;
        var partial = method.Modifiers.FirstOrDefault(modifier => modifier.IsKind(SyntaxKind.PartialKeyword));
        var isPartial = partial.IsKind(SyntaxKind.PartialKeyword);

        // The body of a method that is partial already is the user's other half of it.
        var body = isPartial ? null : (SyntaxNode?)method.Body ?? method.ExpressionBody;
        var added = method.Modifiers.Any(SyntaxKind.StaticKeyword) ? "" : "static ";
        if (!isPartial)
            added += "partial ";
        if (added.Length == 0)
            yield break;

        var title = "Make '" + method.Identifier.ValueText + "' " + added + (body is null ? "" : "and remove its body");
        if (!method.Modifiers.Any(modifier => s_accessibility.Contains(modifier.Kind())))
            added = "private " + added;

        // 'partial' is the last modifier.
        List<Edit> edits = [Edit.Insert(method.SyntaxTree, isPartial ? partial.SpanStart : method.ReturnType.SpanStart, added)];
        if (body is not null)
            edits.Add(Bodiless(method, body));
        yield return new Fix(title.TrimEnd(), "Form", edits);
    }

    // Forward wires the layers: its body is the network. No layer is called input. A layer method takes a tensor, or several, and returns
    // one.
    private static bool MayBeLayer(MethodDeclarationSyntax method) => method.Identifier.ValueText is not ("Forward" or "input")
        && method.Modifiers.All(modifier => s_modifiers.Contains(modifier.Kind()) || s_accessibility.Contains(modifier.Kind()))
        && method.Modifiers.Count(modifier => s_accessibility.Contains(modifier.Kind())) < 2
        && IsTensor(method.ReturnType) && method.ParameterList.Parameters.All(parameter => parameter.Type is { } type && IsTensor(type));

    // Its form is all that is wrong, and beside no other method of the name it is clear which of them is meant.
    private static bool HasLayer(MethodDeclarationSyntax method, Place place) =>
        place.Model.GetDeclaredSymbol(method, place.Cancellation) is { } symbol
        && symbol.GetAttributes().Any(attribute => KnownSymbols.IsLayerAttribute(attribute.AttributeClass))
        && symbol.ContainingType.GetMembers(symbol.Name).Length == 1;

    private static bool IsTensor(TypeSyntax type) => type.ToString().Split('.').Last() == "Tensor";

    private static Edit Bodiless(MethodDeclarationSyntax method, SyntaxNode body)
    {
        // What stands between is a comment perhaps, and else blanks.
        var before = body.GetFirstToken().GetPreviousToken().Span.End;
        var between = method.SyntaxTree.GetText().ToString(TextSpan.FromBounds(before, body.SpanStart));
        var start = string.IsNullOrWhiteSpace(between) ? before : body.SpanStart;
        return new Edit(method.SyntaxTree, TextSpan.FromBounds(start, method.Span.End), ";");
    }
}
