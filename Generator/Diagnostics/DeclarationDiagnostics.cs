using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Diagnostics;

/// <summary>What is wrong with the form of a declaration, with Forward, and with sizes.</summary>
internal static class DeclarationDiagnostics
{
    private const string Category = "CompileTime.Declaration";

    public static readonly DiagnosticDescriptor NotPartial = new(
        "CT1001",
        "A model class must be partial",
        "'{0}' is completed by generated code, so '{1}' must be declared partial",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1001.md");

    public static readonly DiagnosticDescriptor Generic = new(
        "CT1002",
        "A model class cannot be generic",
        "'{0}' is generic or stands in a generic type; a network has one fixed shape, so declare it on a class "
        + "without type parameters",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1002.md");

    public static readonly DiagnosticDescriptor NotOrdinary = new(
        "CT1003",
        "A model class must be an ordinary class",
        "'{0}' is {1}, and a network is used through instances of a class that another file completes; remove the modifier",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1003.md");

    public static readonly DiagnosticDescriptor NoLayers = new(
        "CT1004",
        "A model needs layers",
        "'{0}' declares no layer; write layer attributes on the class, or layer methods and a Forward that calls them",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1004.md");

    public static readonly DiagnosticDescriptor BothForms = new(
        "CT1005",
        "Layers stand either on the class or on methods",
        "'{0}' has layers on the class and also layer methods or a Forward; keep one form, because nothing says "
        + "how the two would be joined",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1005.md");

    public static readonly DiagnosticDescriptor InputShape = new(
        "CT1006",
        "The input shape must be positive",
        "[Model({0})] is no shape: every size must be at least 1, and the whole at most 268435456 elements",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1006.md");

    public static readonly DiagnosticDescriptor InputScale = new(
        "CT1007",
        "InputScale and InputOffset must be finite",
        "{0} is {1}, so bytes would mean nothing; {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1007.md");

    public static readonly DiagnosticDescriptor OwnConstructor = new(
        "CT1008",
        "The parameterless constructor is generated",
        "'{0}' declares a parameterless or primary constructor, and the generated constructor that brings the "
        + "weights takes its place; remove it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1008.md");

    public static readonly DiagnosticDescriptor LayerMethodForm = new(
        "CT1009",
        "A layer method must be a static partial Tensor method",
        "'{0}' cannot be a layer method: {1}; {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1009.md");

    public static readonly DiagnosticDescriptor LayersOnSeveralParts = new(
        "CT1010",
        "Layers on a class stand together",
        "The layers of '{0}' stand on several parts of the class, between which there is no order; put them all "
        + "on the part with [Model]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1010.md");

    public static readonly DiagnosticDescriptor Clash = new(
        "CT1011",
        "A member that generated code cannot stand beside",
        "'{0}' is completed by generated code, which '{1}' stands in the way of: {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1011.md");

    public static readonly DiagnosticDescriptor NoModel = new(
        "CT1012",
        "A class with layers needs [Model]",
        "'{0}' carries [{1}] but no [Model], so nothing compiles its layers; add [Model(features)] or [Model(channels, height, width)]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1012.md");

    public static readonly DiagnosticDescriptor Budget = new(
        "CT1013",
        "A budget that says nothing",
        "This [Budget] cannot be checked: {0}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1013.md");

    public static readonly DiagnosticDescriptor ForwardMissing = new(
        "CT1101",
        "Forward is missing",
        "'{0}' has layer methods, but nothing says in which order they run; add 'private static Tensor Forward(Tensor x)'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1101.md");

    public static readonly DiagnosticDescriptor ForwardForm = new(
        "CT1102",
        "Forward must be a static Tensor method with a body",
        "This Forward cannot be read: {0}; write 'private static Tensor Forward(Tensor x)' with a body",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1102.md");

    public static readonly DiagnosticDescriptor UnsupportedStatement = new(
        "CT1103",
        "Forward is straight-line code",
        "{0} cannot be compiled into a network; Forward consists of locals, assignments and one return at the end",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1103.md");

    public static readonly DiagnosticDescriptor UnsupportedExpression = new(
        "CT1104",
        "An expression that is no layer",
        "{0} cannot be compiled into a network; a value in Forward is a local or a call of a layer method or "
        + "function, with constants for sizes",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1104.md");

    public static readonly DiagnosticDescriptor UnknownCall = new(
        "CT1105",
        "A call of something that is no layer",
        "'{0}' is no layer of this class; declare it as '[...] private static partial Tensor {0}(Tensor x);', or "
        + "call a function such as ReLU or Add",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1105.md");

    public static readonly DiagnosticDescriptor UnusedLayer = new(
        "CT1106",
        "A layer that is never used",
        "Forward never calls '{0}', so its weights would have no effect; call it or remove it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1106.md");

    public static readonly DiagnosticDescriptor LayerUsedTwice = new(
        "CT1107",
        "A layer that is used twice",
        "'{0}' is called a second time, and two uses would share one set of weights, which is not supported; "
        + "declare another layer method for this call",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1107.md");

    public static readonly DiagnosticDescriptor UnusedResult = new(
        "CT1108",
        "A result that is never used",
        "What {0} returns has no effect on what Forward returns; use it or remove the call",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1108.md");

    public static readonly DiagnosticDescriptor NothingReturned = new(
        "CT1109",
        "Forward must return a result",
        "Forward returns its input unchanged; return what the last layer gives",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1109.md");

    public static readonly DiagnosticDescriptor OutOfRange = new(
        "CT1201",
        "A layer parameter is out of range",
        "{0}: {1} is {2}, and must be {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1201.md");

    public static readonly DiagnosticDescriptor GivenTwice = new(
        "CT1202",
        "A layer parameter is given in two ways",
        "{0}: {1} and {2} say the same thing; give one of them",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1202.md");

    public static readonly DiagnosticDescriptor WrongShape = new(
        "CT1203",
        "A layer cannot take the shape it gets",
        "{0} takes {1}, but {2} gives {3}; {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1203.md");

    public static readonly DiagnosticDescriptor KernelTooLarge = new(
        "CT1204",
        "A kernel is larger than its input",
        "{0}: the kernel covers {1}, but {2} gives {3}, which is {4} with its padding; make the kernel smaller or "
        + "add padding",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1204.md");

    public static readonly DiagnosticDescriptor Groups = new(
        "CT1205",
        "Groups must divide the channels",
        "{0}: Groups = {1} must divide both the {2} input channels (from {3}) and the {4} output channels; "
        + "the largest number that does is {5}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1205.md");

    public static readonly DiagnosticDescriptor ShapesDiffer = new(
        "CT1206",
        "Shapes that do not fit together",
        "{0} needs {1}, but {2} gives {3} and {4} gives {5}; {6}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1206.md");

    public static readonly DiagnosticDescriptor GivenSizeDiffers = new(
        "CT1207",
        "A given size differs from the inferred one",
        "{0}: {1} is given as {2}, but {3} gives {4}; write {5}, or leave it out to have it inferred",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1207.md");

    public static readonly DiagnosticDescriptor SoftmaxNotLast = new(
        "CT1208",
        "Softmax comes last",
        "{0} is followed by {1}; Softmax is computed in float on the final result, so it can only be the last layer",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1208.md");

    public static readonly DiagnosticDescriptor TooLarge = new(
        "CT1209",
        "A value is too large",
        "{0}: {1} would be {2}, and {3} is the most; make it smaller",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1209.md");

    public static readonly DiagnosticDescriptor UnevenPool = new(
        "CT1210",
        "An adaptive pool must divide the image evenly",
        "{0}: an image cannot be divided evenly into {1} windows, because {2} gives {3}; "
        + "choose numbers that divide its height and width",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages.Url + "CT1210.md");

    public static readonly DiagnosticDescriptor[] All =
    [
        NotPartial,
        Generic,
        NotOrdinary,
        NoLayers,
        BothForms,
        InputShape,
        InputScale,
        OwnConstructor,
        LayerMethodForm,
        LayersOnSeveralParts,
        Clash,
        NoModel,
        Budget,
        ForwardMissing,
        ForwardForm,
        UnsupportedStatement,
        UnsupportedExpression,
        UnknownCall,
        UnusedLayer,
        LayerUsedTwice,
        UnusedResult,
        NothingReturned,
        OutOfRange,
        GivenTwice,
        WrongShape,
        KernelTooLarge,
        Groups,
        ShapesDiffer,
        GivenSizeDiffers,
        SoftmaxNotLast,
        TooLarge,
        UnevenPool,
    ];
}
