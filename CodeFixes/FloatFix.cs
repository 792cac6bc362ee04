using System.Collections.Generic;
using System.Composition;
using System.Linq;
using CompileTime.Generator.Declaration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.CodeFixes;

/// <summary>CT2010: writes [Quantize(Float32)] where the message asks for it, or the class's rule that a layer's own one needs.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FloatFix)), Shared]
public sealed class FloatFix() : FixProvider("CT2010")
{
    private protected override IEnumerable<Fix> Find(Place place)
    {
        if (place.Ancestor<AttributeSyntax>() is not { ArgumentList: { } list } attribute)
            yield break;
        var isFloat = list.Arguments.Count > 0
            && place.Model.GetSymbolInfo(list.Arguments[0].Expression, place.Cancellation).Symbol is { Name: "Float32" };
        if (isFloat && list.Arguments.Count > 1)
        {
            yield return new Fix("Write [" + attribute.Name + "(" + list.Arguments[0] + ")]", "Alone",
                [.. Attributes.Remove(list.Arguments.Skip(1).ToList())]);
        }

        if (attribute.Parent?.Parent is MethodDeclarationSyntax method && ModelWithoutRule(method, place) is { } model)
        {
            if (!isFloat)
                yield return OnClass(model, "Float32", place);
            yield return OnClass(model, "Int8", place);
        }
    }

    // A layer's own rule needs one of the class to differ from.
    private static AttributeSyntax? ModelWithoutRule(MethodDeclarationSyntax method, Place place)
    {
        var attributes = place.Model.GetDeclaredSymbol(method, place.Cancellation)?.ContainingType.GetAttributes() ?? [];
        return attributes.Any(attribute => KnownSymbols.Is(attribute.AttributeClass, "QuantizeAttribute")) ? null
            : attributes.FirstOrDefault(attribute => KnownSymbols.Is(attribute.AttributeClass, "ModelAttribute"))
                ?.ApplicationSyntaxReference?.GetSyntax(place.Cancellation) as AttributeSyntax;
    }

    private static Fix OnClass(AttributeSyntax model, string precision, Place place)
    {
        var part = (TypeDeclarationSyntax)model.Parent!.Parent!;
        var semantics = place.Model.Compilation.GetSemanticModel(part.SyntaxTree);
        var rule = "[" + Names.Attribute("Quantize", semantics, model.SpanStart) + "("
            + Names.Member("Precision", precision, semantics, model.SpanStart) + ")]";
        return new Fix("Add " + rule + " to '" + part.Identifier.ValueText + "'", "Class" + precision,
            [Attributes.Append(part.AttributeLists.Last(), rule)]);
    }
}
