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
    /// <param name="wholeBytes">Whether bytes to 255 are the rule in the input, not the exception.</param>
    public void Sparse(int node, int input, int outputs, int inputs, int positions, bool wholeBytes) =>
        Sparse(node, input, SparseGeometry.Linear(outputs, inputs), SparseInput.Linear(inputs, positions), wholeBytes);

    /// <summary>The same of a Conv2d without groups.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">The operator whose value it reads.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="rowStep">Bytes of the input from one row of the kernel to the next.</param>
    /// <param name="columnStep">Bytes of the input from one column of the kernel to the next.</param>
    /// <param name="wholeBytes">Whether bytes to 255 are the rule in the input, not the exception.</param>
    public void SparseConv(int node, int input, int outputs, int inputs, int kernelHeight, int kernelWidth, int rowStep, int columnStep,
        bool wholeBytes) => Sparse(node, input, SparseGeometry.Conv(outputs),
        SparseInput.Conv(inputs, kernelHeight, kernelWidth, rowStep, columnStep), wholeBytes);

    private void Sparse(int node, int input, SparseGeometry geometry, SparseInput[] inputs, bool wholeBytes)
    {
        var weights = Weights(node, (long)geometry.Outputs * inputs.Length);
        if (weights.ZeroPoint != 0)
            throw new InvalidDataException($"Operator {node} has affine weights, which no sparse kernel takes.");
        var layout = new SparseLayout(geometry, output => SparseInput.Kept(inputs, weights.ValuesArray, output, 0), wholeBytes);
        var placesOffset = geometry.StepsOffset + ((long)layout.TotalSteps * SparseGeometry.StepBytes);
        var block = Block(node, placesOffset + (4L * layout.Places.Count));
        SparseConstants(node, input, layout, block);
        MemoryMarshal.Write(block.AsSpan(geometry.PlacesOffset), (int)placesOffset);
        Restore(layout, block.AsSpan(geometry.RestoreOffset));
        for (var place = 0; place < layout.Places.Count; place++)
        {
            MemoryMarshal.Write(block.AsSpan((int)placesOffset + (4 * place)), layout.Places[place]);
            for (var one = 0; one < geometry.StepsOfPlace; one++)
            {
                var step = block.AsSpan(geometry.StepsOffset + (((place * geometry.StepsOfPlace) + one) * SparseGeometry.StepBytes));
                for (var at = 0; at < SparseGeometry.GroupOutputs * SparseGeometry.StepInputs; at++)
                {
                    var (lane, slot) = (at / SparseGeometry.StepInputs, at % SparseGeometry.StepInputs);
                    if (layout.Slot(place, lane, (one * SparseGeometry.StepInputs) + slot) is not { } weight)
                        continue;
                    step[at] = (byte)(weight.Offset - layout.Places[place]);
                    step[at + 64] = (byte)weight.Value;
                }

                Limit(node, weights, MemoryMarshal.Cast<byte, sbyte>(step[64..SparseGeometry.StepBytes]));
            }
        }

        _blocks[node] = block;
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
