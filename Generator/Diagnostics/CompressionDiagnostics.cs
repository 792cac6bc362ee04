using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Diagnostics;

/// <summary>What is wrong with pruning and quantization.</summary>
internal static class CompressionDiagnostics
{
    private const string Category = "CompileTime.Compression";

    public static readonly DiagnosticDescriptor Amount = new(
        "CT2001",
        "A pruning amount is out of range",
        "[Prune({0})] cannot be applied: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Catalogue.HelpLink + "CT2001.md");

    public static readonly DiagnosticDescriptor NothingToPrune = new(
        "CT2002",
        "There are no weights to prune",
        "{0} has no weights that could be pruned; only Linear and Conv2d layers have",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Catalogue.HelpLink + "CT2002.md");

    public static readonly DiagnosticDescriptor UnknownMember = new(
        "CT2003",
        "A number that names no member",
        "There is no {0} with the number {1}; write one of the members of {0}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Catalogue.HelpLink + "CT2003.md");

    public static readonly DiagnosticDescriptor[] All =
    [
        Amount,
        NothingToPrune,
        UnknownMember,
    ];
}
