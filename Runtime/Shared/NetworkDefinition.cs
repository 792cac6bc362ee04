using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>The layers a network is declared with. The names are the attributes' and, in text, these.</summary>
internal enum LayerKind
{
    Linear,
    Conv2d,
    BatchNorm,
    ReLU,
    ReLU6,
    MaxPool2d,
    AvgPool2d,

    /// <summary>To a given output size; GlobalAvgPool2d is the one to 1x1.</summary>
    AdaptiveAvgPool2d,
    Add,
    Concat,
    Flatten,
    Dropout,
    Softmax,
    Sigmoid,
    Tanh,
    Hardsigmoid,
    Hardswish,
    LeakyReLU,
    GELU,
    SiLU,
    ELU,
}

/// <summary>One layer of a network: a node of the graph. <see cref="OutputShape"/> is inferred when the network is declared.</summary>
internal sealed record LayerDefinition
{
    /// <summary>PyTorch's module path: <c>0</c>, <c>Stem</c>, <c>Block1A.1</c>; parameters append <c>.weight</c> and the like.</summary>
    public required string Name { get; init; }

    public required LayerKind Kind { get; init; }

    /// <summary>Names of the layers whose outputs are read; <see cref="NetworkDefinition.InputName"/> is the network's input.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    public required Shape InputShape { get; init; }

    public required Shape OutputShape { get; init; }

    /// <summary>Linear, Conv2d: whether there is a bias.</summary>
    public bool Bias { get; init; }

    /// <summary>Conv2d, MaxPool2d, AvgPool2d.</summary>
    public Window? Window { get; init; }

    /// <summary>Conv2d.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>MaxPool2d, AvgPool2d.</summary>
    public bool CeilMode { get; init; }

    /// <summary>AvgPool2d: whether padding counts in the divisor.</summary>
    public bool CountIncludePad { get; init; } = true;

    /// <summary>AvgPool2d: the divisor; 0 for the size of the window.</summary>
    public int DivisorOverride { get; init; }

    /// <summary>BatchNorm: added to the variance.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>BatchNorm: weight of the newest batch in the running statistics.</summary>
    public double Momentum { get; init; } = 0.1;

    /// <summary>Dropout: the probability of an element to be zeroed.</summary>
    public double Probability { get; init; } = 0.5;

    /// <summary>LeakyReLU: the slope below 0; ELU: alpha.</summary>
    public float Slope { get; init; }

    /// <summary>Linear, Conv2d: the pruning that applies here; null for none.</summary>
    public PruneRule? Prune { get; init; }

    /// <summary>How this layer is quantized; null for as the network says.</summary>
    public QuantizeRule? Quantize { get; init; }

    public bool HasWeight => Kind is LayerKind.Linear or LayerKind.Conv2d;

    /// <summary>Dimensions of the weight as PyTorch has them: <c>[out, in]</c> or <c>[out, in / groups, kh, kw]</c>.</summary>
    public int[] WeightShape => Kind == LayerKind.Linear
        ? [OutputShape.Channels, InputShape.Elements]
        : [OutputShape.Channels, InputShape.Channels / Groups, Window!.KernelHeight, Window.KernelWidth];
}

/// <summary>
/// A declared network with every size known: what the generator makes of the attributes, what the trainer trains, and the
/// part of an artifact that tells whether it still fits its class. Its text form (<see cref="DefinitionText"/>) is how it
/// travels from one to the other.
/// </summary>
internal sealed record NetworkDefinition
{
    /// <summary>The name by which layers refer to the network's input.</summary>
    public const string InputName = "input";

    /// <summary>Full name of the class, <c>Demo.DigitMlp</c>; nested classes are joined by dots.</summary>
    public required string ModelName { get; init; }

    public required Shape InputShape { get; init; }

    /// <summary>A stored byte b means the value b * scale + offset (in float32, one rounding each); null when bytes mean nothing.</summary>
    public float? InputScale { get; init; }

    public float InputOffset { get; init; }

    /// <summary>How layers without a rule of their own are quantized; null when the network is not to be.</summary>
    public QuantizeRule? Quantize { get; init; }

    /// <summary>In an order in which every layer comes after its inputs; the last one is the output.</summary>
    public required IReadOnlyList<LayerDefinition> Layers { get; init; }

    public LayerDefinition Output => Layers[Layers.Count - 1];
}
