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
    public void Sparse(int node, int input, int outputs, int inputs, int positions) =>
        Sparse(node, input, SparseGeometry.Linear(outputs, inputs), SparseInput.Linear(inputs, positions));

    /// <summary>The same of a Conv2d without groups.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">The operator whose value it reads.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="rowStep">Bytes of the input from one row of the kernel to the next.</param>
    /// <param name="columnStep">Bytes of the input from one column of the kernel to the next.</param>
    public void SparseConv(int node, int input, int outputs, int inputs, int kernelHeight, int kernelWidth, int rowStep, int columnStep) =>
        Sparse(node, input, SparseGeometry.Conv(outputs), SparseInput.Conv(inputs, kernelHeight, kernelWidth, rowStep, columnStep));

    private void Sparse(int node, int input, SparseGeometry geometry, SparseInput[] inputs)
    {
        var weights = Weights(node, (long)geometry.Outputs * inputs.Length);
        if (weights.ZeroPoint != 0)
            throw new InvalidDataException($"Operator {node} has affine weights, which no sparse kernel takes.");
        var rows = new (int Offset, sbyte Weight)[geometry.Outputs][];
        for (var output = 0; output < rows.Length; output++)
            rows[output] = Kept(inputs, weights.Values.Slice(output * inputs.Length, inputs.Length));
        var layout = new SparseLayout(geometry, [.. rows.Select(row => Array.ConvertAll(row, one => one.Offset))]);
        var placesOffset = geometry.StepsOffset + ((long)layout.TotalSteps * SparseGeometry.StepBytes);
        var block = Block(node, placesOffset + (4L * layout.Places.Count));
        SparseConstants(node, input, layout, block);
        MemoryMarshal.Write(block.AsSpan(geometry.PlacesOffset), (int)placesOffset);
        Restore(layout, block.AsSpan(geometry.RestoreOffset));
        var next = new int[geometry.Outputs];
        var place = 0;
        for (var group = 0; group < geometry.Groups; group++)
        {
            var first = group * SparseGeometry.GroupOutputs;
            for (var end = place + layout.PlacesOfGroup[group]; place < end; place++)
            {
                MemoryMarshal.Write(block.AsSpan((int)placesOffset + (4 * place)), layout.Places[place]);
                var steps = block.AsSpan(geometry.StepsOffset + (place * geometry.StepsOfPlace * SparseGeometry.StepBytes),
                    geometry.StepsOfPlace * SparseGeometry.StepBytes);
                for (var lane = 0; lane < SparseGeometry.GroupOutputs && first + lane < geometry.Outputs; lane++)
                {
                    var output = layout.Order[first + lane];
                    var taken = rows[output].AsSpan(next[output], layout.Taken(place, lane));
                    Slots(taken, layout.Places[place], steps[(lane * SparseGeometry.StepInputs)..]);
                    next[output] += taken.Length;
                }

                for (; !steps.IsEmpty; steps = steps[SparseGeometry.StepBytes..])
                    Limit(node, weights, MemoryMarshal.Cast<byte, sbyte>(steps[64..SparseGeometry.StepBytes]));
            }
        }

        _blocks[node] = block;
    }

    private static (int Offset, sbyte Weight)[] Kept(SparseInput[] inputs, ReadOnlySpan<sbyte> weights)
    {
        var kept = new List<(int, sbyte)>();
        foreach (var input in inputs)
        {
            if (weights[input.Column] is not 0 and var weight)
                kept.Add((input.Offset, weight));
        }

        return [.. kept];
    }

    // One output's weights at a place, into its lane of the place's steps.
    private static void Slots(ReadOnlySpan<(int Offset, sbyte Weight)> taken, int place, Span<byte> steps)
    {
        var slot = 0;
        foreach (var (offset, weight) in SignPairs.Of(taken.ToArray()))
        {
            var at = (slot / SparseGeometry.StepInputs * SparseGeometry.StepBytes) + (slot % SparseGeometry.StepInputs);
            steps[at] = (byte)(offset - place);
            steps[at + 64] = (byte)weight;
            slot++;
        }
    }

    // Everything before the places, in sorted order.
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
        }

        for (var group = 0; group < geometry.Groups; group++)
            constants[(3 * padded) + group] = layout.PlacesOfGroup[group];
    }

    // How the sorted outputs come back to their places: for each, where in the packed bytes it is.
    private static void Restore(SparseLayout layout, Span<byte> restore)
    {
        var geometry = layout.Geometry;
        for (var position = 0; position < geometry.Outputs; position++)
            restore[layout.Order[position]] = (byte)SparseGeometry.Packed(position);
        if (geometry.VectorsOfFour == 0)
            return;

        // Four positions of all outputs, which stand together: each vector is made of those of all groups, four bytes of each position
        // by turns.
        restore = restore[SparseGeometry.Sorted..];
        for (var position = 0; position < geometry.Outputs; position++)
        {
            for (var image = 0; image < 4; image++)
            {
                var packed = (position / 16 * SparseGeometry.Sorted) + (position % 16 / 4 * 16) + (image * 4) + (position % 4);
                restore[(image * geometry.Outputs) + layout.Order[position]] = (byte)packed;
            }
        }
    }
}
