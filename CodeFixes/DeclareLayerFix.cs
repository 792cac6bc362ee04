using System.Collections.Generic;
using System.Composition;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>
/// CT1105: declares the layer method that Forward calls. Which layer it is only its author knows: one with weights, as the class's last one
/// of its kind.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DeclareLayerFix)), Shared]
public sealed class DeclareLayerFix() : FixProvider("CT1105")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<InvocationExpressionSyntax>() is not { ArgumentList.Arguments.Count: 1 } call
            || call.Expression is not IdentifierNameSyntax name
            || place.Property(FixProperties.Name) != name.Identifier.ValueText || name.IsMissing
            || place.Ancestor<MethodDeclarationSyntax>() is not { Parent: TypeDeclarationSyntax part } forward
            || place.Model.GetDeclaredSymbol(part, place.Cancellation) is not INamedTypeSymbol type
            || type.GetMembers(name.Identifier.ValueText).Length > 0 || !Parts.MayBeGenerated(part, place))
            yield break;

        var tensor = Names.Tensor(place.Model, call.SpanStart);
        foreach (var (kind, arguments) in new[] { ("Linear", "(10)"), ("Conv2d", "(16, 3, Padding = 1)") })
        {
            var layer = LastOf(kind, part, place) ?? Names.Attribute(kind, place.Model, call.SpanStart) + arguments;
            var method = "[" + layer + "] private static partial " + tensor + " " + name.Identifier.Text + "(" + tensor + " x);";
            yield return new Fix("Declare '" + method + "'", kind, [Insertion(method, part, forward)]);
        }
    }

    private static string? LastOf(string kind, TypeDeclarationSyntax part, Place place) => part.Members.OfType<MethodDeclarationSyntax>()
        .SelectMany(method => method.AttributeLists).SelectMany(list => list.Attributes)
        .LastOrDefault(attribute => !attribute.ContainsDiagnostics && KnownSymbols.Is(place.TypeOf(attribute), kind + "Attribute")
            && place.Model.GetDiagnostics(attribute.Span, place.Cancellation).All(found => found.Severity != DiagnosticSeverity.Error))
        ?.ToString();

    // Behind the last layer method before Forward, or before Forward.
    private static Edit Insertion(string method, TypeDeclarationSyntax part, MethodDeclarationSyntax forward)
    {
        var newLine = Layout.NewLine(part.SyntaxTree);
        var layer = part.Members.TakeWhile(member => member != forward).OfType<MethodDeclarationSyntax>()
            .LastOrDefault(member => member.AttributeLists.Count > 0);
        if (layer is not null && Layout.BeginsLine(layer))
            return Edit.Insert(part.SyntaxTree, layer.Span.End, newLine + Layout.Indentation(layer) + method);

        // Comments above Forward stay with it.
        var above = forward.GetLeadingTrivia().FirstOrDefault(trivia =>
            !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia));
        return Edit.Insert(part.SyntaxTree, above.IsKind(SyntaxKind.None) ? forward.SpanStart : above.FullSpan.Start,
            Layout.BeginsLine(forward) ? method + newLine + newLine + Layout.Indentation(forward) : method + " ");
    }
}
