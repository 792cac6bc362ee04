using CompileTime.Generator.Declaration;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>Which rule quantizes a layer.</summary>
internal static class QuantizeRules
{
    /// <summary>The layer's own rule; null where it says nothing else than the class's.</summary>
    public static QuantizeRule? Of(ModelDeclaration declaration, DeclaredNode node) =>
        node.Quantize?.ToRule() is { } rule && rule != declaration.Quantize?.ToRule() ? rule : null;
}
