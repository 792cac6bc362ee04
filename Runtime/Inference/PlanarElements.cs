using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace CompileTime.Inference;

/// <summary>Additions and concatenations over planes.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class PlanarElements
{
    /// <summary>quantized::add and add_relu over planes.</summary>
    /// <param name="first">Scale and zero point of the first operand.</param>
    /// <param name="second">Scale and zero point of the second operand.</param>
    /// <param name="result">Scale and zero point of the result.</param>
    /// <param name="x1">Planes of the first operand.</param>
    /// <param name="x2">Planes of the second operand.</param>
    /// <param name="target">Planes of the result.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="positions">Positions of a plane.</param>
    /// <param name="relu">Whether ReLU is fused.</param>
    /// <param name="channelsLast">The order in which PyTorch counts elements.</param>
    /// <param name="vector">How many elements, so counted, it computes vectorized; the others are rounded differently (AddLayout).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(NodeHeader* first, NodeHeader* second, NodeHeader* result, byte* x1, byte* x2, byte* target, int channels,
        int positions, bool relu, bool channelsLast, int vector)
    {
        var elements = channels * positions;
        if (!channelsLast)
        {
            // PyTorch's order is that of the planes.
            ElementKernels.Add(first, second, result, x1, x2, target, elements, elements, new ImageGeometry(elements, 1, 1, elements), relu,
                channelsLast: true, vector);
            return;
        }

        // All as if vectorized, then the few that are not.
        ElementKernels.Add(first, second, result, x1, x2, target, elements, elements, new ImageGeometry(elements, 1, 1, elements), relu,
            channelsLast: true, elements);
        for (var index = vector; index < elements; index++)
        {
            var at = (index % channels * positions) + (index / channels);
            target[at] = QuantizedMath.Add(QuantizedMath.Dequantize(x1[at], first->Scale, first->ZeroPoint),
                QuantizedMath.Dequantize(x2[at], second->Scale, second->ZeroPoint), result->InverseScale, result->ZeroPoint, relu);
        }
    }

    /// <summary>Copies a value's planes behind each other into another's, requantized: one input of quantized::cat.</summary>
    /// <param name="input">Scale and zero point of the input.</param>
    /// <param name="result">Scale and zero point of the result.</param>
    /// <param name="source">Planes of the input.</param>
    /// <param name="target">The first of its planes in the result.</param>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="positions">Positions of a plane.</param>
    /// <param name="channelsLast">Which of PyTorch's two kernels.</param>
    /// <param name="vector">How many leading channels it computes vectorized; the others are rounded differently (ConcatLayout).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Concat(NodeHeader* input, NodeHeader* result, byte* source, byte* target, int channels, int positions,
        bool channelsLast, int vector)
    {
        // A plane is an image of one channel, all of whose bytes are rounded alike.
        var plane = new ImageGeometry(1, 1, positions, positions);
        for (var channel = 0; channel < channels; channel++, source += positions, target += positions)
            ElementKernels.Concat(input, result, source, target, plane, 1, positions, channelsLast, channel < vector ? 1 : 0);
    }
}
