using System.Runtime.InteropServices;
using CompileTime.Shared;

namespace CompileTime.Inference;

public sealed partial class Packer
{
    /// <summary>
    /// A Conv2d over planes (PlanarLayout), as two tables of its non-zero weights, one for bytes up to 127 and one for all bytes:
    /// <c>int calibrated, full, 0, 0; int start[out]; float bias[out]; float multiplier[out]</c>, then for each output the number of
    /// groups, for each group the number of pairs, and each pair as two offsets and two weights (twice, in the bytes of an int).
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
        var constants = new byte[PlanarLayout.ConstantsOffset + (12 * outputs)];
        Constants(node, input, ..outputs, outputs, outputs, constants.AsSpan(PlanarLayout.ConstantsOffset));
        var table = new List<int>();
        var calibrated = Table(table, layout, weights, groups, PlanarLayout.CalibratedBudget);
        var full = Table(table, layout, weights, groups, PlanarLayout.FullBudget);
        MemoryMarshal.Write(constants, constants.Length + (4 * calibrated));
        MemoryMarshal.Write(constants.AsSpan(4), constants.Length + (4 * full));
        var block = new byte[constants.Length + (4L * table.Count)];
        constants.CopyTo(block, 0);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(table)).CopyTo(block.AsSpan(constants.Length));
        _blocks[node] = block;
    }

    private static PlanarLayout Layout(in ImageGeometry input, in ImageGeometry output, in WindowGeometry window) => new(
        Shape.Image(input.Channels, input.Height, input.Width), Shape.Image(output.Channels, output.Height, output.Width),
        new Window(window.KernelHeight, window.KernelWidth, window.StrideHeight, window.StrideWidth, window.Top, window.Left, window.Bottom,
            window.Right, window.DilationHeight, window.DilationWidth));

    /// <summary>Appends a table and returns where it begins.</summary>
    private static int Table(List<int> table, PlanarLayout layout, LayerWeights weights, int groups, int budget)
    {
        var begin = table.Count;
        var outputs = layout.Output.Channels;
        var inputs = layout.Input.Channels / groups;
        var perOutput = inputs * layout.Window.Taps;
        var (kept, offsets) = (new List<int>(), new List<int>());
        for (var output = 0; output < outputs; output++)
        {
            kept.Clear();
            offsets.Clear();
            var row = weights.Values.Slice(output * perOutput, perOutput);
            var channel = output / (outputs / groups) * inputs;
            for (var i = 0; i < perOutput; i++)
            {
                if (row[i] == 0)
                    continue;
                var tap = i % layout.Window.Taps;
                kept.Add(row[i]);
                offsets.Add(layout.Offset(channel + (i / layout.Window.Taps), tap / layout.Window.KernelWidth, tap % layout.Window.KernelWidth));
            }

            var parts = PlanarGroups.Of(kept, budget);
            table.Add(parts.Count);
            foreach (var part in parts)
            {
                table.Add((part.Count + 1) / 2);
                for (var i = 0; i < part.Count; i += 2)
                {
                    // An odd one out is paired with nothing.
                    var (a, b) = (part[i], i + 1 < part.Count ? part[i + 1] : -1);
                    table.Add(offsets[a]);
                    table.Add(offsets[b < 0 ? a : b]);
                    var two = (kept[a] & 0xFF) | ((b < 0 ? 0 : kept[b] & 0xFF) << 8);
                    table.Add(two | (two << 16));
                }
            }
        }

        return begin;
    }
}
