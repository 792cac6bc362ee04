using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Shared;

namespace CompileTime.Generator.Manifests;

/// <summary>How many weights there are in what is pruned as one: in slices and blocks.</summary>
internal static class PrunedUnits
{
    public static long Weights(LayerDefinition layer) => layer.WeightShape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The weights in the declared number of units, if the smallest were pruned.</summary>
    public static long Fewest(PruneRule rule, IEnumerable<LayerDefinition> layers)
    {
        var units = layers.SelectMany(layer => Of(layer, rule)).OrderBy(unit => unit.Size).ToList();
        var left = rule.IsCount ? (long)rule.Amount
            : (long)Math.Round(rule.Amount * units.Sum(unit => unit.Count), MidpointRounding.ToEven);
        long weights = 0;
        foreach (var (size, count) in units)
        {
            weights += size * Math.Min(left, count);
            left -= Math.Min(left, count);
        }

        return weights;
    }

    private static IEnumerable<(long Size, long Count)> Of(LayerDefinition layer, PruneRule rule)
    {
        var shape = layer.WeightShape;
        var all = Weights(layer);
        if (rule.Dim is { } dim)
        {
            var count = shape[dim < 0 ? dim + shape.Length : dim];
            return [(all / count, count)];
        }

        // At each place of the kernel the same blocks; those at the edges are smaller.
        var taps = all / shape[0] / shape[1];
        return from row in Cut(shape[0], rule.BlockRows)
               from column in Cut(shape[1], rule.BlockColumns)
               select (row.Size * column.Size, row.Count * column.Count * taps);
    }

    private static IEnumerable<(long Size, long Count)> Cut(int size, int block)
    {
        if (size >= block)
            yield return (block, size / block);
        if (size % block > 0)
            yield return (size % block, 1);
    }
}
