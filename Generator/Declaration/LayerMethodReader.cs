using System.Collections.Generic;
using System.Linq;
using System.Threading;
using CompileTime.Generator.Diagnostics;
using CompileTime.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompileTime.Generator.Declaration;

/// <summary>Reads the partial methods of a class that carry layers.</summary>
internal sealed class LayerMethodReader(SiteTable? sites, List<Problem> problems)
{
    private readonly List<IMethodSymbol> _seen = [];

    /// <summary>Names of all methods with layer attributes, also of those that are not right: a call of one is no second mistake.</summary>
    public HashSet<string> Names { get; } = new(System.StringComparer.Ordinal);

    public List<LayerMethod> Methods { get; } = [];

    /// <summary>Heads of those that are not right and lack their other part.</summary>
    public List<string> Wrong { get; } = [];

    public bool HasCompilerErrors { get; private set; }

    public void Read(INamedTypeSymbol type, CancellationToken cancellation)
    {
        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            var reference = method.DeclaringSyntaxReferences.FirstOrDefault(r => !KnownSymbols.IsGenerated(r.SyntaxTree));
            if (reference?.GetSyntax(cancellation) is MethodDeclarationSyntax syntax)
                Read(method, syntax, cancellation);
        }
    }

    private void Read(IMethodSymbol method, MethodDeclarationSyntax syntax, CancellationToken cancellation)
    {
        var owner = method.Name + (Names.Contains(method.Name) ? "()#" + Numbers.Text(_seen.Count) : "()");
        var attributes = new AttributeReader(sites);
        attributes.Read(owner, method.GetAttributes());
        if (attributes.Layers.Count == 0 && attributes.Prune is null && attributes.Quantize is null)
            return;

        HasCompilerErrors |= attributes.HasCompilerErrors;
        sites?.Add(new Site(owner), syntax.Identifier.GetLocation());
        if (_seen.Any(other => HasSameSignature(method, other)))
        {
            // The compiler says so.
            HasCompilerErrors = true;
            return;
        }

        _seen.Add(method);
        var isSecond = !Names.Add(method.Name);
        if ((isSecond ? ("another layer method has this name", "give it another") : WhatIsWrong(method, attributes)) is { } wrong)
        {
            problems.Add(new Problem("CT1009", new Site(owner), method.Name, wrong.Reason, wrong.Remedy));
            if (PartialSignature.Of(method, syntax) is { } head)
                Wrong.Add(head);
            return;
        }

        Methods.Add(new LayerMethod(method.Name, syntax.Identifier.Text, string.Join(" ", syntax.Modifiers.Select(m => m.Text)),
            syntax.ParameterList.Parameters[0].Identifier.Text, new(attributes.Layers), attributes.Prune, attributes.Quantize,
            method.PartialImplementationPart is null ? Documentation(method, cancellation) : null));
    }

    // Of the two parts' documentation C# takes the generated one's, so that one repeats the user's. Only the generator reads it: when
    // the analyzer comes the other part exists already, and no problem depends on it.
    private static string? Documentation(IMethodSymbol method, CancellationToken cancellation)
    {
        var xml = method.GetDocumentationCommentXml(cancellationToken: cancellation) ?? "";
        var (start, end) = (xml.IndexOf('>') + 1, xml.LastIndexOf("</member>", System.StringComparison.Ordinal));

        // Paths of included files are relative to the user's.
        return xml.StartsWith("<member", System.StringComparison.Ordinal) && end > start && !xml.Contains("<include")
            ? string.Join("\n", xml.Substring(start, end - start).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0))
            : null;
    }

    private static (string Reason, string Remedy)? WhatIsWrong(IMethodSymbol method, AttributeReader attributes)
    {
        if (method.Name == ForwardReader.MethodName)
            return ("Forward wires the layers and is none itself", "move the attributes to a method that it calls");
        if (attributes.Layers.Count == 0)
        {
            return ("it carries " + (attributes.Prune is null ? "[Quantize]" : "[Prune]") + " but no layer",
                "add one, such as [Linear(10)], or remove the attribute");
        }

        if (method.Name == NetworkDefinition.InputName)
            return ("the name 'input' stands for the network's input", "give it another name");
        if (!method.Name.All(c => char.IsLetterOrDigit(c) || c == '_'))
            return ("a layer's name has letters, digits and '_' only", "give it another name");
        if (WhatIsWrongInForm(method) is not { } reason)
            return null;
        return (reason, "write 'private static partial Tensor " + method.Name + "(Tensor x);'");
    }

    private static bool HasSameSignature(IMethodSymbol method, IMethodSymbol other) => method.Name == other.Name
        && method.Arity == other.Arity && method.Parameters.Length == other.Parameters.Length
        && method.Parameters.Zip(other.Parameters, (one, two) => SymbolEqualityComparer.Default.Equals(one.Type, two.Type))
            .All(same => same);

    private static string? WhatIsWrongInForm(IMethodSymbol method)
    {
        if (!method.IsStatic)
            return "it is not static";
        if (!method.IsPartialDefinition)
            return "it is not partial";
        if (method.PartialImplementationPart is { } body
            && body.DeclaringSyntaxReferences.Any(r => !KnownSymbols.IsGenerated(r.SyntaxTree)))
            return "its body is generated, and there is another one already";
        if (method.IsGenericMethod)
            return "it is generic";
        if (!ReturnsTensor(method))
            return "it does not return Tensor";
        return TakesTensor(method) ? null : "its parameters are not one Tensor";
    }

    public static bool ReturnsTensor(IMethodSymbol method) => method.RefKind == RefKind.None && KnownSymbols.IsTensor(method.ReturnType)
        && method.ReturnNullableAnnotation != NullableAnnotation.Annotated;

    public static bool TakesTensor(IMethodSymbol method) => method.Parameters.Length == 1
        && method.Parameters[0] is { RefKind: RefKind.None, IsOptional: false } parameter
        && parameter is { NullableAnnotation: not NullableAnnotation.Annotated }
        && KnownSymbols.IsTensor(parameter.Type);
}
