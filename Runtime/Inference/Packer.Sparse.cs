using System.Runtime.InteropServices;
using CompileTime.Shared;

namespace CompileTime.Inference;

public sealed partial class Packer
{
    /// <summary>A Linear as steps of sixteen outputs and four non-zero weights each; see SparseGeometry.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">The operator whose value it reads.</param>
    /// <param name="outputs">Output features.</param>
    /// <param name="inputs">Input features.</param>
    /// <param name="positions">After Flatten: positions of the image, which is kept channels last; otherwise 1.</param>
    public void Sparse(int node, int input, int outputs, int inputs, int positions) => Sparse(node, input,
        SparseGeometry.Linear(outputs, inputs), inputs, 0, 0, 1, (_, j) => SparseGeometry.Column(j, inputs, positions));

    /// <summary>The same of a Conv2d without groups.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">The operator whose value it reads.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="splitTaps">Whether each tap is a run of its own.</param>
    /// <param name="rowStep">Bytes of the input from one row of the kernel to the next.</param>
    /// <param name="columnStep">Bytes of the input from one column of the kernel to the next.</param>
    public void SparseConv(int node, int input, int outputs, int inputs, int kernelHeight, int kernelWidth, bool splitTaps, int rowStep,
        int columnStep)
    {
        var dense = new DenseLayout(outputs, 1, inputs, kernelHeight, kernelWidth, splitTaps, SparseGeometry.GroupOutputs, 1);
        Sparse(node, input, SparseGeometry.Conv(outputs, dense), inputs * kernelHeight * kernelWidth, rowStep, columnStep,
            splitTaps ? kernelWidth : 1, (run, j) => dense.Source(run, j, 1));
    }

    private void Sparse(int node, int input, SparseGeometry geometry, int perOutput, int rowStep, int columnStep, int runsOfRow,
        Func<int, int, int> source)
    {
        var weights = Weights(node, (long)geometry.Outputs * perOutput);
        if (weights.ZeroPoint != 0)
            throw new InvalidDataException($"Operator {node} has affine weights, which no sparse kernel takes.");
        var layout = new SparseLayout(geometry, (output, run, j) => weights.Values[(output * perOutput) + source(run, j)] == 0);
        var block = Block(node, geometry.StepsOffset + ((long)layout.TotalSteps * SparseGeometry.StepBytes));
        SparseConstants(node, input, layout, block);
        var places = MemoryMarshal.Cast<byte, int>(block.AsSpan(geometry.PlacesOffset, 4 * geometry.Segments));
        for (var segment = 0; segment < geometry.Segments; segment++)
        {
            var (run, part) = (segment / geometry.SegmentsOfRun, segment % geometry.SegmentsOfRun);
            places[segment] = (run / runsOfRow * rowStep) + (run % runsOfRow * columnStep) + (part * geometry.SegmentInputs);
        }

        var next = geometry.StepsOffset;
        var kept = new List<(int Index, sbyte Weight)>();
        for (var i = 0; i < layout.Steps.Count; i++)
        {
            var (group, segment) = (i / geometry.Segments, i % geometry.Segments);
            var (run, first) = (segment / geometry.SegmentsOfRun, segment % geometry.SegmentsOfRun * geometry.SegmentInputs);
            for (var lane = 0; lane < SparseGeometry.GroupOutputs && (group * SparseGeometry.GroupOutputs) + lane < geometry.Outputs; lane++)
            {
                kept.Clear();
                var row = layout.Order[(group * SparseGeometry.GroupOutputs) + lane] * perOutput;
                for (var j = first; j < Math.Min(geometry.RunLength, first + geometry.SegmentInputs); j++)
                {
                    if (weights.Values[row + source(run, j)] is not 0 and var weight)
                        kept.Add((j - first, weight));
                }

                var slot = 0;
                foreach (var (index, weight) in SignPairs.Of(kept))
                {
                    var at = next + (slot / 4 * SparseGeometry.StepBytes) + (lane * 4) + (slot % 4);
                    block[at] = (byte)index;
                    block[at + 64] = (byte)weight;
                    slot++;
                }
            }

            for (var end = next + (layout.Steps[i] * SparseGeometry.StepBytes); next < end; next += SparseGeometry.StepBytes)
                Limit(node, weights, MemoryMarshal.Cast<byte, sbyte>(block.AsSpan(next + 64, 64)));
        }

        _blocks[node] = block;
    }

    // Everything before the places, in sorted order, and how to undo it.
    private void SparseConstants(int node, int input, SparseLayout layout, byte[] block)
    {
        var geometry = layout.Geometry;
        var padded = geometry.PaddedOutputs;
        var unsorted = new byte[12 * padded];
        Constants(node, input, ..geometry.Outputs, geometry.Outputs, padded, unsorted);
        var source = MemoryMarshal.Cast<byte, int>(unsorted);
        var constants = MemoryMarshal.Cast<byte, int>(block.AsSpan(0, geometry.PlacesOffset));
        for (var position = 0; position < geometry.Outputs; position++)
        {
            var output = layout.Order[position];
            for (var part = 0; part < 3; part++)
                constants[(part * padded) + position] = source[(part * padded) + output];
            block[geometry.RestoreOffset + output] = (byte)(position % SparseGeometry.Sorted);
        }

        for (var i = 0; i < layout.Steps.Count; i++)
            constants[(3 * padded) + i] = layout.Steps[i];
    }
}
