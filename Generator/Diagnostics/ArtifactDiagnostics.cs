using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Diagnostics;

/// <summary>What is wrong with trained weights that are compiled in.</summary>
internal static class ArtifactDiagnostics
{
    private const string Category = "CompileTime.Artifact";

    public static readonly DiagnosticDescriptor NotTrained = new(
        "CT3001",
        "The model has no trained weights yet",
        "'{0}' has no trained weights yet: {0}.CreateTrainer() gives a trainer; train, calibrate, convert and save to Models/{0}; "
        + "until then 'new {0}()' throws",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3001.md");

    public static readonly DiagnosticDescriptor Stale = new(
        "CT3002",
        "The trained weights belong to another declaration",
        "'{0}' was trained from a declaration that has changed since: {1}; train it and save it again, until then "
        + "'new {2}()' throws",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3002.md");

    public static readonly DiagnosticDescriptor Damaged = new(
        "CT3003",
        "An artifact is damaged",
        "This artifact cannot be read: {0}; restore the file, or delete it, then train and save the model again",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3003.md");

    public static readonly DiagnosticDescriptor SeveralArtifacts = new(
        "CT3004",
        "Two artifacts for one model",
        "'{0}' already has the artifact '{1}'; delete one of the two files",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3004.md");

    public static readonly DiagnosticDescriptor NoModel = new(
        "CT3005",
        "An artifact for no model",
        "This artifact is of a model '{0}', and no class with [Model] has that name; {1}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3005.md");

    public static readonly DiagnosticDescriptor NotEmbedded = new(
        "CT3006",
        "The weights of an artifact are not embedded",
        "'{0}' is not accompanied by embedded weights: the item has no CompileTimeBlob; keep the file in Models "
        + "and import CompileTime.targets, or set CompileTimeBlob to the resource's name",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3006.md");

    public static readonly DiagnosticDescriptor LacksBlob = new(
        "CT3007",
        "An artifact without its weights",
        "The weights of '{0}' are missing: there is no '{1}' beside it; restore that file, or delete '{0}', then train and save",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3007.md");

    public static readonly DiagnosticDescriptor OverBudget = new(
        "CT3008",
        "A budget that is not met",
        "[Budget({0})] is not met: {1}; {2}, or change the budget",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3008.md");

    public static readonly DiagnosticDescriptor NotValidated = new(
        "CT3009",
        "A budget for an accuracy that was never measured",
        "[Budget(Accuracy = {0})] cannot be checked, because '{1}' records no accuracy; call model.Validate(test) with labelled samples "
        + "before model.Save",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3009.md");

    public static readonly DiagnosticDescriptor LessSparse = new(
        "CT3010",
        "Fewer weights were pruned than declared",
        "'{0}' keeps {1} of {2} weights, where {3} leaves {4} at most; call trainer.Prune() before Convert, and save it again",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3010.md");

    public static readonly DiagnosticDescriptor UncheckedBudget = new(
        "CT3011",
        "A budget that is not checked yet",
        "[Budget] on '{0}' is not checked, because {1}; train it, save it, and build again",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3011.md");

    public static readonly DiagnosticDescriptor OtherBlob = new(
        "CT3012",
        "Weights of another manifest",
        "'{1}' is damaged, or was not saved together with '{0}': its SHA-256 is not the one that stands here; restore both files "
        + "from the same version, or delete both, then train and save",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT3012.md");

    public static readonly DiagnosticDescriptor[] All =
    [
        NotTrained,
        Stale,
        Damaged,
        SeveralArtifacts,
        NoModel,
        NotEmbedded,
        LacksBlob,
        OverBudget,
        NotValidated,
        LessSparse,
        UncheckedBudget,
        OtherBlob,
    ];
}
