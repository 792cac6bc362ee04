using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompileTime.Generator.Declaration;

/// <summary>How messages call what cannot stand in Forward.</summary>
internal static class ForwardText
{
    /// <summary>An argument that must be a constant.</summary>
    public static string NoConstant(IOperation argument)
    {
        while (argument is IConversionOperation conversion)
            argument = conversion.Operand;
        return argument is ILocalReferenceOperation or IFieldReferenceOperation
            ? "'" + argument.Syntax + "', which is not declared const,"
            : Shown(argument) + ", an argument that is no constant,";
    }

    // As much as tells it from others.
    private static string Shown(IOperation operation)
    {
        const int Most = 40;
        var text = operation.Syntax.ToString();
        var end = text.IndexOfAny(['\r', '\n']);
        text = end < 0 ? text : text.Substring(0, end) + " …";
        return "'" + (text.Length > Most ? text.Substring(0, Most) + " …" : text) + "'";
    }

    /// <summary>What it is, where a network has no place for it.</summary>
    public static string Describe(IOperation operation) => operation switch
    {
        IConversionOperation { IsImplicit: true } conversion => Describe(conversion.Operand),
        IConversionOperation => "A conversion, " + Shown(operation) + ",",
        IConditionalOperation { Type: null } or IConditionalOperation { Type.SpecialType: SpecialType.System_Void } => "An 'if' statement",
        ICoalesceOperation => "A '??' expression",
        IConditionalOperation => "A conditional expression",
        ILoopOperation => "A loop",
        ISwitchOperation => "A 'switch' statement",
        ISwitchExpressionOperation => "A 'switch' expression",
        ITryOperation => "A 'try' statement",
        IUsingOperation or IUsingDeclarationOperation => "A 'using' statement",
        ILockOperation => "A 'lock' statement",
        ILocalFunctionOperation => "A local function",
        IThrowOperation => "A 'throw'",
        IBlockOperation => "A block",
        ILabeledOperation or IBranchOperation => "A jump",
        ILiteralOperation or IDefaultValueOperation => "A literal",
        IFieldReferenceOperation or IPropertyReferenceOperation => "A field or property",
        IObjectCreationOperation => "An object creation",
        IAnonymousFunctionOperation or IDelegateCreationOperation => "A lambda",
        IAwaitOperation => "An 'await'",
        ICompoundAssignmentOperation or ICoalesceAssignmentOperation => "A compound assignment",
        ISimpleAssignmentOperation => "An assignment to something else than a local",
        ISpreadOperation => "A spread",
        IBinaryOperation => "An operator",
        _ => Shown(operation),
    };
}
