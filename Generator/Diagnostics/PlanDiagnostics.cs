using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Diagnostics;

/// <summary>What stands in the way of the code that would be generated.</summary>
internal static class PlanDiagnostics
{
    private const string Category = "CompileTime.Plan";

    public static readonly DiagnosticDescriptor UnsafeCode = new(
        "CT4001",
        "Generated kernels need unsafe code",
        "'{0}' has trained weights, and its generated kernels use pointers; set "
        + "<AllowUnsafeBlocks>true</AllowUnsafeBlocks> in the project",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Catalogue.HelpLink + "CT4001.md");

    public static readonly DiagnosticDescriptor Language = new(
        "CT4002",
        "Generated code needs C# 9",
        "'{0}' is not compiled: CompileTime needs C# 9 or later, and the project is C# {1}; "
        + "set <LangVersion>latest</LangVersion> in the project",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Catalogue.HelpLink + "CT4002.md");

    public static readonly DiagnosticDescriptor[] All =
    [
        UnsafeCode,
        Language,
    ];
}
