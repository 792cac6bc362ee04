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
        helpLinkUri: Pages.Url + "CT4001.md");

    public static readonly DiagnosticDescriptor Language = new(
        "CT4002",
        "Generated code needs C# 9",
        "'{0}' is not compiled: CompileTime needs C# 9 or later, and the project is C# {1}; "
        + "set <LangVersion>latest</LangVersion> in the project",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT4002.md");

    public static readonly DiagnosticDescriptor Saturating = new(
        "CT4003",
        "Weights that need the slower kernel",
        "{0} always takes its slower, exact kernel: its input spans 0..255, with which {1} pairs of its weights can overflow an int16; {2}",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT4003.md");

    public static readonly DiagnosticDescriptor IdleZeros = new(
        "CT4004",
        "Zeros that save no time",
        "The zeros of {0} save bytes but no time in {1}, where vector kernels multiply them, too; {2}",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT4004.md");

    public static readonly DiagnosticDescriptor PortableOnly = new(
        "CT4005",
        "A native publish without vectors",
        "'{0}' would run in portable code only, many times slower, because this project is published natively for '{1}', which lacks AVX2; "
        + "set <CompileTimeInstructionSet>x86-64-v3</CompileTimeInstructionSet>, or native, and no IlcInstructionSet",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT4005.md");

    public static readonly DiagnosticDescriptor[] All =
    [
        UnsafeCode,
        Language,
        Saturating,
        IdleZeros,
        PortableOnly,
    ];
}
