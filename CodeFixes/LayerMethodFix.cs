using System.Collections.Generic;
using System.Composition;
using System.Linq;
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
    // With these a method is meant to be something else.
    private static readonly SyntaxKind[] s_other =
    [
        SyntaxKind.AbstractKeyword, SyntaxKind.VirtualKeyword, SyntaxKind.OverrideKeyword, SyntaxKind.SealedKeyword,
        SyntaxKind.AsyncKeyword, SyntaxKind.ExternKeyword, SyntaxKind.ReadOnlyKeyword, SyntaxKind.NewKeyword,
    ];

    private static readonly SyntaxKind[] s_accessibility =
        [SyntaxKind.PublicKeyword, SyntaxKind.InternalKeyword, SyntaxKind.ProtectedKeyword, SyntaxKind.PrivateKeyword];

    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<MethodDeclarationSyntax>() is not { } method
            || method.Modifiers.Any(modifier => s_other.Contains(modifier.Kind()))
            || method.ExplicitInterfaceSpecifier is not null || method.TypeParameterList is not null || !MayBeLayer(method))
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

    // Forward wires the layers: its body is the network. A layer method takes a tensor, or several, and returns one.
    private static bool MayBeLayer(MethodDeclarationSyntax method) => method.Identifier.ValueText != "Forward"
        && IsTensor(method.ReturnType) && method.ParameterList.Parameters.All(parameter => parameter.Type is { } type && IsTensor(type));

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
