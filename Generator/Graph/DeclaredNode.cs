using System.Collections.Generic;
using CompileTime.Generator.Declaration;

namespace CompileTime.Generator.Graph;

/// <summary>A layer with its name and its inputs, before any size is known.</summary>
/// <param name="Name">PyTorch's module path.</param>
/// <param name="Inputs">Numbers of values: 0 is the network's input, i + 1 what node i gives.</param>
internal sealed record DeclaredNode(string Name, LayerCall Call, IReadOnlyList<int> Inputs)
{
    /// <summary>The rule of its layer method, if it has one; it takes the place of the class's.</summary>
    public PruneCall? Prune { get; init; }

    /// <inheritdoc cref="Prune"/>
    public QuantizeCall? Quantize { get; init; }

    /// <summary>How messages call it: <c>Conv2d 'Stem.0'</c>.</summary>
    public string Label => Call.Kind + " '" + Name + "'";
}
