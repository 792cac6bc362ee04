using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Diagnostics;
using CompileTime.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CompileTime.Generator.Declaration;

/// <summary>The values that the statements of Forward make: what each local holds, and the calls so far.</summary>
internal sealed class ForwardValues
{
    private readonly INamedTypeSymbol _type;
    private readonly HashSet<string> _layerMethods;
    private readonly SiteTable? _sites;
    private readonly List<Problem> _problems;

    // Null for a value that could not be read: what is made of it is not looked at again.
    private readonly Dictionary<ISymbol, int?> _values = new(SymbolEqualityComparer.Default);
    private int _siteCount;

    public ForwardValues(
        IParameterSymbol input, INamedTypeSymbol type, HashSet<string> layerMethods, SiteTable? sites, List<Problem> problems)
    {
        _type = type;
        _layerMethods = layerMethods;
        _sites = sites;
        _problems = problems;
        _values.Add(input, 0);
    }

    public List<ForwardCall> Calls { get; } = [];

    public bool HasCompilerErrors { get; private set; }

    public Site NewSite(SyntaxNode syntax)
    {
        var site = new Site("Forward()/" + Numbers.Text(_siteCount++));
        _sites?.Add(site, syntax.GetLocation());
        return site;
    }

    public void Declare(IVariableDeclaratorOperation declarator)
    {
        if (declarator.Symbol.IsConst)
            return;
        if (declarator.Symbol.RefKind != RefKind.None || !KnownSymbols.IsTensor(declarator.Symbol.Type))
        {
            if (declarator.Symbol.Type.TypeKind == TypeKind.Error)
                _ = declarator.GetVariableInitializer() is { } broken ? Value(broken.Value) : CompilerError();
            else
                _problems.Add(new Problem("CT1103", NewSite(declarator.Syntax),
                    "'" + declarator.Symbol.Name + "', a local that is neither a Tensor nor const,"));
            _values[declarator.Symbol] = null;
            return;
        }

        if (declarator.GetVariableInitializer() is { } initializer)
            _values[declarator.Symbol] = Value(initializer.Value);
    }

    public void Unsupported(IOperation statement)
    {
        if (statement is IExpressionStatementOperation expression)
        {
            // A call whose result is dropped; the expression may be wrong in itself.
            if (Value(expression.Operation) is not null)
                _problems.Add(new Problem("CT1103", NewSite(statement.Syntax), "A call whose result is not used"));
            return;
        }

        if (statement is IInvalidOperation)
            CompilerError();
        else
            _problems.Add(new Problem("CT1103", NewSite(statement.Syntax), ForwardText.Describe(statement)));
    }

    /// <summary>The number of the value that the expression stands for; null when a problem was reported.</summary>
    public int? Value(IOperation expression)
    {
        switch (expression)
        {
            case ILocalReferenceOperation local:
                return _values.TryGetValue(local.Local, out var value) ? value : CompilerError();
            case IParameterReferenceOperation parameter:
                return _values.TryGetValue(parameter.Parameter, out value) ? value : CompilerError();
            case IConversionOperation { OperatorMethod: null } conversion
                when KnownSymbols.IsTensor(conversion.Operand.Type) || conversion.Operand is IInvalidOperation:
                return Value(conversion.Operand);
            case ISimpleAssignmentOperation { IsRef: false } assignment when Target(assignment.Target) is { } target:
                return _values[target] = Value(assignment.Value);
            case IInvocationOperation invocation:
                return Call(invocation);
            case IInvalidOperation { Syntax: InvocationExpressionSyntax { Expression: IdentifierNameSyntax name } } invalid:
                return Unresolved(invalid, name.Identifier.ValueText);
            case IInvalidOperation:
                return CompilerError();
            default:
                _problems.Add(new Problem("CT1104", NewSite(expression.Syntax), ForwardText.Describe(expression)));
                return null;
        }
    }

    private static ISymbol? Target(IOperation target) => target switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    private int? Call(IInvocationOperation invocation)
    {
        var method = invocation.TargetMethod;
        var isLayer = _layerMethods.Contains(method.Name) && SymbolEqualityComparer.Default.Equals(method.ContainingType, _type)
            && method.GetAttributes().Any(attribute => StrayLayers.IsOfNetwork(attribute.AttributeClass));
        if (!isLayer && !KnownSymbols.IsFunctional(method.ContainingType))
        {
            _problems.Add(new Problem("CT1105", NewSite(invocation.Syntax), method.Name));
            return null;
        }

        var site = NewSite(invocation.Syntax);
        var inputs = new List<int?>();
        var constants = new List<Argument>();
        foreach (var argument in invocation.Arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0))
        {
            if (argument.Parameter is not { } parameter)
                return CompilerError();
            if (KnownSymbols.IsTensor(parameter.Type))
                inputs.Add(Value(argument.Value));
            else if (parameter.IsParams || parameter.Type is IArrayTypeSymbol)
                inputs.AddRange(Elements(argument.Value).Select(Value));
            else if (argument.Value.ConstantValue is { HasValue: true, Value: { } constant })
                constants.Add(new Argument(ArgumentNames.OfParameter(parameter.Name), constant));
            else
                _problems.Add(new Problem("CT1104", NewSite(argument.Syntax), ForwardText.NoConstant(argument.Value)));
        }

        if (inputs.Any(input => input is null))
            return null;
        var numbers = new EquatableArray<int>(inputs.Select(input => input!.Value));
        var function = isLayer ? null : new LayerCall(method.Name, new Arguments(new(constants)), site);
        Calls.Add(new ForwardCall(isLayer ? method.Name : null, function, numbers, site));
        return Calls.Count;
    }

    private static IEnumerable<IOperation> Elements(IOperation array) => array switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
        IArrayCreationOperation => [],
        ICollectionExpressionOperation collection => collection.Elements,
        IConversionOperation conversion => Elements(conversion.Operand),
        _ => [array],
    };

    // A name that is declared nowhere, or a call that fits no declaration of it: the compiler says the latter better. But an
    // argument that means nothing makes the whole call mean nothing, so the arguments are looked at.
    private int? Unresolved(IInvalidOperation invalid, string name)
    {
        var isDeclared = _layerMethods.Contains(name) || _type.GetMembers(name).Length > 0
            || invalid.SemanticModel?.LookupSymbols(invalid.Syntax.SpanStart, name: name).Length > 0;
        if (isDeclared)
        {
            foreach (var argument in invalid.ChildOperations.OfType<IInvalidOperation>())
                Value(argument);
            return CompilerError();
        }

        _problems.Add(new Problem("CT1105", NewSite(invalid.Syntax), name));
        return null;
    }

    private int? CompilerError()
    {
        HasCompilerErrors = true;
        return null;
    }
}
