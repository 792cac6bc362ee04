using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>One operator of a fused network.</summary>
/// <param name="Layer">The layer it comes from, reading other layers of the fused network (by their float names).</param>
/// <param name="Relu">Whether the ReLU that follows is part of it.</param>
/// <param name="Result">Name of the float layer that has its result: its own, or the ReLU's.</param>
internal sealed record FusedLayer(LayerDefinition Layer, bool Relu, string Result);

/// <summary>
/// A network as it is quantized: batch normalization folded into weights, ReLU part of the layer before, dropout and the final softmax
/// gone. <see cref="Float"/> computes the same in float32, for calibration.
/// </summary>
/// <param name="Layers">The operators, in order; the last one is the output.</param>
/// <param name="Float">The folded float network; every ReLU is a layer of its own there.</param>
/// <param name="Softmax">Whether a softmax follows the output.</param>
internal sealed record FusedNetwork(IReadOnlyList<FusedLayer> Layers, FloatNetwork Float, bool Softmax);
