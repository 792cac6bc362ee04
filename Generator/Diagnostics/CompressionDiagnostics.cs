using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Diagnostics;

/// <summary>What is wrong with pruning and quantization.</summary>
internal static class CompressionDiagnostics
{
    private const string Category = "CompileTime.Compression";

    public static readonly DiagnosticDescriptor Amount = new(
        "CT2001",
        "A pruning amount is out of range",
        "{0} cannot be applied: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2001.md");

    public static readonly DiagnosticDescriptor NothingToPrune = new(
        "CT2002",
        "There are no weights to prune",
        "{0} has no weights that could be pruned; only Linear and Conv2d layers have",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2002.md");

    public static readonly DiagnosticDescriptor UnknownMember = new(
        "CT2003",
        "A number that names no member",
        "There is no {0} with the number {1}; write one of the members of {0}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2003.md");

    public static readonly DiagnosticDescriptor Contradiction = new(
        "CT2004",
        "Pruning arguments that do not go together",
        "This attribute cannot be followed: {0}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2004.md");

    public static readonly DiagnosticDescriptor Misfit = new(
        "CT2005",
        "A pruning pattern that does not fit",
        "{0} cannot be applied to {1}: {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2005.md");

    public static readonly DiagnosticDescriptor LeftDense = new(
        "CT2006",
        "Layers that a pruning pattern does not fit",
        "{0} does not fit every layer, and leaves these as they are: {1}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2006.md");

    public static readonly DiagnosticDescriptor BlockRemainder = new(
        "CT2007",
        "Blocks that do not divide the weight",
        "The blocks do not divide {0}, which has {1}, so those at its edges are smaller; sizes that divide both cut nothing",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2007.md");

    public static readonly DiagnosticDescriptor SmallCount = new(
        "CT2008",
        "A number that looks like a fraction",
        "The integer {0} prunes {0} of {1} {2}; a fraction has a decimal point, such as {3}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2008.md");

    public static readonly DiagnosticDescriptor NothingOrAll = new(
        "CT2009",
        "A pruning amount that is nothing or everything",
        "{0} prunes {1} of the {2}; choose an amount in between, or remove the attribute",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2009.md");

    public static readonly DiagnosticDescriptor QuantizeContradiction = new(
        "CT2010",
        "Quantization arguments that do not go together",
        "This [Quantize] cannot be followed: {0}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2010.md");

    public static readonly DiagnosticDescriptor NothingToQuantize = new(
        "CT2011",
        "There is nothing to quantize",
        "{0} has no layer for {1}; remove the attribute, or choose another mode",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2011.md");

    public static readonly DiagnosticDescriptor Unfoldable = new(
        "CT2012",
        "A BatchNorm that cannot be quantized",
        "{0} cannot be folded into weights, which quantizing needs: {1}; put it directly behind a Linear or Conv2d whose result "
        + "nothing else reads, or remove it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2012.md");

    public static readonly DiagnosticDescriptor Swallowed = new(
        "CT2013",
        "A [Quantize] without effect",
        "[Quantize] on '{0}' has no effect{5}: {1} {2} part of {3}, which follows another rule; {4}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2013.md");

    public static readonly DiagnosticDescriptor Disagreement = new(
        "CT2014",
        "Layers that do not agree on the scale of a value",
        "{0} is declared for {1}, but {2}, which it reads, is calibrated for {3}: {4}; give both layers one rule",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2014.md");

    public static readonly DiagnosticDescriptor UselessFloat = new(
        "CT2015",
        "Float32 that gains no accuracy",
        "[Quantize(Float32)] costs conversions and gains no accuracy here: what {0} {1} is int8, and so is what is made of it; "
        + "remove the attribute",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2015.md");

    public static readonly DiagnosticDescriptor Overridden = new(
        "CT2016",
        "A [Prune] that every layer overrides",
        "{0} on the class has no effect, because every layer with weights has a rule of its own; remove it, or leave theirs out",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT2016.md");

    public static readonly DiagnosticDescriptor[] All =
    [
        Amount,
        NothingToPrune,
        UnknownMember,
        Contradiction,
        Misfit,
        LeftDense,
        BlockRemainder,
        SmallCount,
        NothingOrAll,
        QuantizeContradiction,
        NothingToQuantize,
        Unfoldable,
        Swallowed,
        Disagreement,
        UselessFloat,
        Overridden,
    ];
}
