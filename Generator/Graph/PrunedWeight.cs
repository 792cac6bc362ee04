using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Ops;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>A layer's weight as pruning sees it: what would be pruned as one, how many there are of it, and whether it can be at
/// all.</summary>
internal sealed class PrunedWeight
{
    private readonly int[] _sizes;
    private readonly bool _isDepthwise;
    private readonly bool _canGo;

    /// <param name="layer">A layer with a weight.</param>
    /// <param name="filters">What can be pruned of its filters.</param>
    /// <param name="canGo">It is the last layer of a residual branch, or could be the identity.</param>
    public PrunedWeight(DeclaredNode node, LoweredLayer layer, IReadOnlyList<FilterUnit> filters, bool canGo)
    {
        Label = node.Label;
        Filters = filters;
        _canGo = canGo;
        var inputs = layer.Kind == LayerKind.Linear ? layer.Context.Shape.Elements : layer.Context.Shape.Channels / layer.Groups;
        _isDepthwise = layer.Groups > 1 && inputs == 1;
        _sizes = layer.Window is { } window
            ? [layer.OutputShape.Channels, inputs, window.KernelHeight, window.KernelWidth]
            : [layer.OutputShape.Channels, inputs];
    }

    public string Label { get; }

    /// <summary>What can be pruned of its filters, which may be those of other layers as well.</summary>
    public IReadOnlyList<FilterUnit> Filters { get; }

    /// <summary>What the rule prunes as one, in this weight; not for filters, of which some cannot be pruned.</summary>
    public long Units(PruneCall prune)
    {
        var all = Elements;
        if (prune.Structure == "Layer")
            return 1;
        if (prune.Dim is { } dim)
            return _sizes[dim < 0 ? dim + _sizes.Length : dim];
        return prune.Block is { } block
            ? all / _sizes[0] / _sizes[1] * Tiles(_sizes[0], block[0]) * Tiles(_sizes[1], block[1])
            : all;
    }

    public long Elements => _sizes.Aggregate(1L, (product, size) => product * size);

    /// <summary>The elements of the smallest block, which lies in a corner.</summary>
    public long SmallestBlock(EquatableArray<int> block) => (long)Rest(_sizes[0], block[0]) * Rest(_sizes[1], block[1]);

    /// <summary>Whether not a single whole block lies in the weight.</summary>
    public bool IsSmallerThan(EquatableArray<int> block) => block[0] > _sizes[0] || block[1] > _sizes[1];

    /// <summary>Why the rule, which is not for filters, cannot be followed here; null when it can.</summary>
    public string? Misfit(PruneCall prune)
    {
        if (prune.IsNofM)
        {
            return _sizes[1] % prune.M == 0 ? null
                : "its " + Numbers.Text(_sizes[1]) + " inputs do not divide into groups of " + Numbers.Text(prune.M);
        }

        if (prune.Structure == "Layer" && !_canGo)
        {
            return "it is not the last layer of a residual branch, and no layer between others, outside of branches, whose input "
                + "and output shapes agree: nothing can stand in for it";
        }

        if (prune.Structure == "Channel" && _isDepthwise)
            return "it is depthwise: each filter has one channel";
        if (prune.Dim is { } dim && (dim < -_sizes.Length || dim >= _sizes.Length))
            return "its weight has " + Numbers.Text(_sizes.Length) + " dimensions, and none is " + Numbers.Text(dim);
        return prune.IsOnLayer && prune.Block is { } block && IsSmallerThan(block)
            ? "a block of " + BlockText(block) + " is larger than its " + BlockText(_sizes)
            : null;
    }

    /// <summary>How blocks do not divide the weight; null when they do, or there are none.</summary>
    public string? Remainder(PruneCall prune) =>
        prune.Block is { } block && (_sizes[0] % block[0] != 0 || _sizes[1] % block[1] != 0) ? BlockText(_sizes) : null;

    private static string BlockText(IReadOnlyList<int> sizes) =>
        Numbers.Text(sizes[0]) + " outputs and " + Numbers.Text(sizes[1]) + " inputs";

    private static int Rest(int size, int block) => size - ((Tiles(size, block) - 1) * Math.Min(size, block));

    private static int Tiles(int size, int block) => ((size - 1) / Math.Min(size, block)) + 1;
}
