using System;
using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>
/// The non-zero weights of a Linear in the form a byte permute can use. Sixteen outputs are a group, 128 consecutive inputs (two
/// vectors) a segment. Within both, a step is one vector of indices (0..127 into the segment) and one of weights, four of each per
/// output: <c>[output][4]</c>. An output with fewer non-zeros than the group's most is padded with zero weights; outputs are
/// sorted by their number of non-zeros first, so that little is padded.
/// A block: <c>int start[padded]; float bias[padded]; float multiplier[padded]; int order[padded]; int steps[groups * segments];</c>
/// then the steps, 128 bytes each.
/// </summary>
internal sealed class SparseLayout
{
    public const int GroupOutputs = 16;
    public const int SegmentInputs = 128;
    public const int StepBytes = 128;

    private readonly int[] _steps;

    /// <param name="outputs">Rows of the weight.</param>
    /// <param name="inputs">Columns of the weight.</param>
    /// <param name="isZero">Whether the weight for an output and the input at a place in memory is zero.</param>
    public SparseLayout(int outputs, int inputs, Func<int, int, bool> isZero)
    {
        Outputs = outputs;
        Inputs = inputs;
        var counts = new int[outputs, Segments];
        var totals = new int[outputs];
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                if (!isZero(o, i))
                {
                    counts[o, i / SegmentInputs]++;
                    totals[o]++;
                }
            }
        }

        // Sorted by count, then by index: the same on every machine.
        var order = new List<int>(outputs);
        for (var o = 0; o < outputs; o++)
            order.Add(o);
        order.Sort((a, b) => totals[a] != totals[b] ? totals[b].CompareTo(totals[a]) : a.CompareTo(b));
        Order = order;
        _steps = new int[Groups * Segments];
        for (var position = 0; position < outputs; position++)
        {
            for (var segment = 0; segment < Segments; segment++)
            {
                var steps = (counts[order[position], segment] + 3) / 4;
                var at = (position / GroupOutputs * Segments) + segment;
                _steps[at] = Math.Max(_steps[at], steps);
            }
        }

        foreach (var steps in _steps)
            TotalSteps += steps;
    }

    public int Outputs { get; }

    public int Inputs { get; }

    /// <summary>The output at each sorted position.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>Steps of each group in each segment, group by group.</summary>
    public IReadOnlyList<int> Steps => _steps;

    public int TotalSteps { get; }

    public int Groups => GroupsOf(Outputs);

    public int Segments => SegmentsOf(Inputs);

    public static int GroupsOf(int outputs) => (outputs + GroupOutputs - 1) / GroupOutputs;

    public static int SegmentsOf(int inputs) => (inputs + SegmentInputs - 1) / SegmentInputs;

    public static int PaddedOutputs(int outputs) => GroupsOf(outputs) * GroupOutputs;

    public static int BiasOffset(int outputs) => 4 * PaddedOutputs(outputs);

    public static int MultiplierOffset(int outputs) => 8 * PaddedOutputs(outputs);

    public static int OrderOffset(int outputs) => 12 * PaddedOutputs(outputs);

    public static int CountsOffset(int outputs) => 16 * PaddedOutputs(outputs);

    public static int StepsOffset(int outputs, int inputs) => (CountsOffset(outputs) + (4 * GroupsOf(outputs) * SegmentsOf(inputs)) + 63) & -64;

    /// <summary>Which column of the weight is multiplied with the input at a place in memory (see ValueLayout in the generator).</summary>
    public static int Column(int place, int inputs, int positions)
    {
        var channels = inputs / positions;
        return (place % channels * positions) + (place / channels);
    }
}
