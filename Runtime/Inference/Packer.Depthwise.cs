using System.Runtime.InteropServices;
using CompileTime.Shared;

namespace CompileTime.Inference;

public sealed partial class Packer
{
    /// <summary>A depthwise Conv2d; see DepthwiseLayout.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">The operator whose value it reads.</param>
    /// <param name="channels">Channels of input and output.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="stride">Columns from one window to the next.</param>
    /// <param name="lanes">32-bit lanes of a vector.</param>
    public void Depthwise(int node, int input, int channels, int kernelHeight, int kernelWidth, int stride, int lanes)
    {
        var layout = new DepthwiseLayout(channels, kernelHeight, kernelWidth, stride, lanes);
        var weights = Weights(node, (long)channels * kernelHeight * kernelWidth);
        var constants = new byte[12 * channels];
        Constants(node, input, ..channels, channels, channels, constants);
        var source = MemoryMarshal.Cast<byte, int>(constants);
        var block = Block(node, layout.Bytes);
        for (var pattern = 0; pattern < layout.Patterns; pattern++)
        {
            var target = block.AsSpan(pattern * layout.PatternBytes, layout.PatternBytes);
            var numbers = MemoryMarshal.Cast<byte, int>(target[..layout.WeightsOffset]);
            var steps = MemoryMarshal.Cast<byte, sbyte>(target[layout.WeightsOffset..]);
            steps.Fill((sbyte)weights.ZeroPoint);
            for (var place = 0; place < layout.ChunkBytes; place++)
            {
                if (layout.Channel(pattern, place) is not (>= 0 and var channel))
                    continue;
                var sum = layout.Place(place);
                for (var part = 0; part < 3; part++)
                    numbers[(part * layout.ChunkBytes) + sum] = source[(part * channels) + channel];
                for (var tap = 0; tap < kernelHeight * kernelWidth; tap++)
                {
                    var (row, column) = (tap / kernelWidth, tap % kernelWidth);
                    var step = (row / DepthwiseLayout.StepRows * kernelWidth) + column;
                    steps[(((step * layout.ChunkBytes) + sum) * DepthwiseLayout.StepRows) + (row % DepthwiseLayout.StepRows)] =
                        weights.Values[(channel * kernelHeight * kernelWidth) + tap];
                }
            }

            Limit(node, weights, steps);
        }

        _blocks[node] = block;
    }
}
