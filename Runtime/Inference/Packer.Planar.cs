using System.Runtime.InteropServices;
using CompileTime.Shared;

namespace CompileTime.Inference;

public sealed partial class Packer
{
    /// <summary>
    /// A Conv2d over planes (PlanarLayout): <c>int limit, 0, 0, 0; int start[out]; float bias[out]; float multiplier[out]; int table[2][out]</c>,
    /// then the tables of non-zero weights (PlanarTable). An output's first one is exact for bytes up to the limit, its second for all.
    /// </summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">The operator whose value it reads.</param>
    /// <param name="groups">Groups of the convolution.</param>
    /// <param name="inputShape">Channels, rows, columns of the input.</param>
    /// <param name="outputShape">Channels, rows, columns of the result.</param>
    /// <param name="window">The kernel.</param>
    public void Planar(int node, int input, int groups, in ImageGeometry inputShape, in ImageGeometry outputShape, in WindowGeometry window)
    {
        var layout = Layout(inputShape, outputShape, window);
        var outputs = outputShape.Channels;
        var weights = Weights(node, (long)outputs * (inputShape.Channels / groups) * layout.Window.Taps);
        if (weights.ZeroPoint != 0)
            throw new InvalidDataException($"Operator {node} has affine weights, which no planar kernel takes.");
        var constants = new byte[PlanarLayout.ConstantsOffset + (20 * outputs)];
        Constants(node, input, ..outputs, outputs, outputs, constants.AsSpan(PlanarLayout.ConstantsOffset));
        var begins = MemoryMarshal.Cast<byte, int>(constants.AsSpan(PlanarLayout.ConstantsOffset + (12 * outputs)));
        var table = new PlanarTable(layout.IsNarrow);
        var limit = (int)byte.MaxValue;
        for (var output = 0; output < 2 * outputs; output++)
        {
            var (kept, offsets) = Kept(layout, weights, groups, output % outputs);
            begins[output] = (int)Size();
            limit = Math.Min(limit, table.Add(kept, offsets, output < outputs ? PlanarTable.CalibratedBudget : PlanarTable.FullBudget));
            CheckSize(node, Size());
        }

        MemoryMarshal.Write(constants, limit);
        var block = new byte[Size()];
        constants.CopyTo(block, 0);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(table.Entries)).CopyTo(block.AsSpan(constants.Length));
        _blocks[node] = block;

        long Size() => constants.Length + (4L * table.Entries.Count);
    }

    private static PlanarLayout Layout(in ImageGeometry input, in ImageGeometry output, in WindowGeometry window) => new(
        Shape.Image(input.Channels, input.Height, input.Width), Shape.Image(output.Channels, output.Height, output.Width),
        new Window(window.KernelHeight, window.KernelWidth, window.StrideHeight, window.StrideWidth, window.Top, window.Left, window.Bottom,
            window.Right, window.DilationHeight, window.DilationWidth));

    // The weights of an output that are not zero, and where the first position reads what they are multiplied with.
    private static (List<int> Weights, List<int> Offsets) Kept(PlanarLayout layout, LayerWeights weights, int groups, int output)
    {
        var (kept, offsets) = (new List<int>(), new List<int>());
        var inputs = layout.Input.Channels / groups;
        var perOutput = inputs * layout.Window.Taps;
        var row = weights.Values.Slice(output * perOutput, perOutput);
        var channel = output / (layout.Output.Channels / groups) * inputs;
        for (var i = 0; i < perOutput; i++)
        {
            if (row[i] == 0)
                continue;
            var tap = i % layout.Window.Taps;
            kept.Add(row[i]);
            offsets.Add(layout.Offset(channel + (i / layout.Window.Taps), tap / layout.Window.KernelWidth, tap % layout.Window.KernelWidth));
        }

        return (kept, offsets);
    }
}
