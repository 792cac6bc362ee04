using System.Collections.Generic;
using System.Linq;
using System.Threading;
using CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CompileTime.Generator.Declaration;

/// <summary>
/// Reads Forward: straight-line C# in which every local stands for the value it was last assigned, so that what comes out is a
/// list of calls on numbered values.
/// </summary>
internal sealed class ForwardReader(
    INamedTypeSymbol type, HashSet<string> layerMethods, Compilation compilation, SiteTable? sites, List<Problem> problems)
{
    public const string MethodName = "Forward";

    private static readonly Site s_site = new(MethodName + "()");

    private IMethodSymbol? _method;
    private MethodDeclarationSyntax? _syntax;

    public bool HasCompilerErrors { get; private set; }

    /// <summary>
    /// Whether there is a Forward. Where layers stand on the class it is not wanted, and a method of another signature is the
    /// user's own business.
    /// </summary>
    public bool Find(bool wanted, CancellationToken cancellation)
    {
        foreach (var method in type.GetMembers(MethodName).OfType<IMethodSymbol>())
        {
            var isRight = LayerMethodReader.TakesTensor(method) && LayerMethodReader.ReturnsTensor(method);
            if ((_method is not null && !isRight) || (!wanted && !isRight))
                continue;
            var reference = method.DeclaringSyntaxReferences.FirstOrDefault(r => !KnownSymbols.IsGenerated(r.SyntaxTree));
            if (reference?.GetSyntax(cancellation) is MethodDeclarationSyntax syntax)
                (_method, _syntax) = (method, syntax);
        }

        return _method is not null;
    }

    /// <summary>Null when it cannot be read; the problems say why.</summary>
    public ForwardDeclaration? Read(CancellationToken cancellation)
    {
        var (method, syntax) = (_method!, _syntax!);
        sites?.Add(s_site, syntax.Identifier.GetLocation());
        if (WhatIsWrong(method) is { } wrong)
        {
            problems.Add(new Problem("CT1102", s_site, wrong));
            return null;
        }

        var operation = compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, cancellation);
        if (operation is not IMethodBodyOperation body || (body.BlockBody ?? body.ExpressionBody) is not { } block)
        {
            HasCompilerErrors = true;
            return null;
        }

        var before = problems.Count;
        var values = new ForwardValues(method.Parameters[0], type, layerMethods, sites, problems);
        var result = ReadBlock(block, values, out var resultSite);
        HasCompilerErrors |= values.HasCompilerErrors || (result is null && problems.Count == before);
        return result is { } number && problems.Count == before && !HasCompilerErrors
            ? new ForwardDeclaration(new(values.Calls), number, resultSite)
            : null;
    }

    private int? ReadBlock(IBlockOperation block, ForwardValues values, out Site resultSite)
    {
        resultSite = s_site;
        foreach (var statement in block.Operations)
        {
            switch (statement)
            {
                case IEmptyOperation:
                    break;
                case IVariableDeclarationGroupOperation group:
                    foreach (var declarator in group.Declarations.SelectMany(declaration => declaration.Declarators))
                        values.Declare(declarator);
                    break;
                case IExpressionStatementOperation { Operation: ISimpleAssignmentOperation assignment }:
                    values.Value(assignment);
                    break;
                case IReturnOperation { ReturnedValue: { } returned }:
                    resultSite = values.NewSite(returned.Syntax);
                    return values.Value(returned);
                default:
                    values.Unsupported(statement);
                    break;
            }
        }

        return null;
    }

    private static string? WhatIsWrong(IMethodSymbol method)
    {
        if (!LayerMethodReader.ReturnsTensor(method))
            return "it does not return Tensor";
        if (!LayerMethodReader.TakesTensor(method))
            return "its parameters are not one Tensor";
        if (!method.IsStatic)
            return "it is not static";
        if (method.IsGenericMethod)
            return "it is generic";
        return method.IsAsync || method.IsExtern || method.IsPartialDefinition ? "it has no ordinary body" : null;
    }
}
