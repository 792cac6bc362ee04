using System;
using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>
/// Where a sparse kernel finds what it needs, as far as that does not depend on the weights. Sixteen outputs are a group. Inputs come in
/// runs, contiguous stretches of memory as in DenseLayout, and every run is cut into segments that a byte permute can look into. For a
/// group and a segment, a step is one vector of indices into the segment and one of weights, four of each per output: <c>[output][4]</c>.
/// A block: <c>int start[padded]; float bias[padded]; float multiplier[padded]; int steps[group][segment];
/// int place[segment]; byte restore[padded to 64]</c>, then the steps. Outputs are sorted within stretches of 64, which one permute puts back in order;
/// restore tells where in its stretch each finds its byte.
/// </summary>
/// <param name="Outputs">Output channels.</param>
/// <param name="Runs">Contiguous stretches of the input.</param>
/// <param name="RunLength">Bytes of each.</param>
/// <param name="SegmentInputs">Bytes that a permute looks into: 64 of one vector, or 128 of two.</param>
internal readonly record struct SparseGeometry(int Outputs, int Runs, int RunLength, int SegmentInputs)
{
    public const int GroupOutputs = 16;
    public const int StepBytes = 128;

    /// <summary>Outputs that are sorted together, and whose bytes one permute puts back in order.</summary>
    public const int Sorted = 64;

    public int Groups => (Outputs + GroupOutputs - 1) / GroupOutputs;

    public int PaddedOutputs => Groups * GroupOutputs;

    public int SegmentsOfRun => (RunLength + SegmentInputs - 1) / SegmentInputs;

    public int Segments => Runs * SegmentsOfRun;

    public int BiasOffset => 4 * PaddedOutputs;

    public int MultiplierOffset => 8 * PaddedOutputs;

    public int CountsOffset => 12 * PaddedOutputs;

    public int PlacesOffset => CountsOffset + (4 * Groups * Segments);

    public int RestoreOffset => (PlacesOffset + (4 * Segments) + 63) & -64;

    public int StepsOffset => RestoreOffset + ((Outputs + Sorted - 1) / Sorted * Sorted);

    /// <summary>A Linear: one run, two vectors a segment.</summary>
    public static SparseGeometry Linear(int outputs, int inputs) => new(outputs, 1, inputs, 128);

    /// <summary>A Conv2d channels last: one vector a segment, for several positions at once.</summary>
    public static SparseGeometry Conv(int outputs, DenseLayout layout) => new(outputs, layout.Runs, layout.RunLength, 64);

    /// <summary>The geometry of a layer's sparse kernel; null where there is none.</summary>
    public static SparseGeometry? Of(QuantizedNode node, int inputs) => node switch
    {
        { Weight: null } or { IsFloat: true } => null,
        { Op: QuantizedOp.Linear } => Linear(node.Weight.Outputs, inputs),
        { Op: QuantizedOp.Conv2d, Groups: 1 } => Conv(node.Weight.Outputs, DenseLayout.Blocks(node)),
        _ => null,
    };

    /// <summary>Which column of the weight is multiplied with the input at a place in memory (see ValueLayout in the generator).</summary>
    public static int Column(int place, int inputs, int positions)
    {
        var channels = inputs / positions;
        return (place % channels * positions) + (place / channels);
    }
}

/// <summary>
/// The non-zero weights of one layer in that form. An output with fewer non-zeros than its group's most is padded with zero weights;
/// outputs are sorted by their number of non-zeros first, so that little is padded.
/// </summary>
internal sealed class SparseLayout
{
    private readonly int[] _steps;

    /// <param name="geometry">The layer.</param>
    /// <param name="isZero">Whether the weight for an output and a byte of a run is zero.</param>
    public SparseLayout(SparseGeometry geometry, Func<int, int, int, bool> isZero)
    {
        Geometry = geometry;
        var counts = new int[geometry.Outputs, geometry.Segments];
        var totals = new int[geometry.Outputs];
        for (var o = 0; o < geometry.Outputs; o++)
        {
            for (var run = 0; run < geometry.Runs; run++)
            {
                for (var j = 0; j < geometry.RunLength; j++)
                {
                    if (!isZero(o, run, j))
                    {
                        counts[o, (run * geometry.SegmentsOfRun) + (j / geometry.SegmentInputs)]++;
                        totals[o]++;
                    }
                }
            }
        }

        // Sorted by count, then by index: the same on every machine.
        var order = new List<int>(geometry.Outputs);
        for (var o = 0; o < geometry.Outputs; o++)
            order.Add(o);
        order.Sort((a, b) => a / SparseGeometry.Sorted != b / SparseGeometry.Sorted ? a.CompareTo(b)
            : totals[a] != totals[b] ? totals[b].CompareTo(totals[a]) : a.CompareTo(b));
        Order = order;
        _steps = new int[geometry.Groups * geometry.Segments];
        for (var position = 0; position < geometry.Outputs; position++)
        {
            for (var segment = 0; segment < geometry.Segments; segment++)
            {
                var steps = (counts[order[position], segment] + 3) / 4;
                var at = (position / SparseGeometry.GroupOutputs * geometry.Segments) + segment;
                _steps[at] = Math.Max(_steps[at], steps);
            }
        }

        foreach (var steps in _steps)
            TotalSteps += steps;
    }

    public SparseGeometry Geometry { get; }

    /// <summary>The output at each sorted position.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>Steps of each group in each segment, group by group.</summary>
    public IReadOnlyList<int> Steps => _steps;

    public int TotalSteps { get; }
}
