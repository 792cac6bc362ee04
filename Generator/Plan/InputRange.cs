using System.Collections.Generic;
using CompileTime.Shared;

namespace CompileTime.Generator.Plan;

/// <summary>
/// Which values are calibrated to span 0..255 rather than 0..127. It decides only whether a layer looks at its input before it calls its
/// wide text; both are right for what they are called with.
/// </summary>
internal static class InputRange
{
    /// <param name="network">The network.</param>
    /// <param name="backend">PyTorch's name of the backend whose observers chose the scales; null when not known.</param>
    /// <returns>Per node.</returns>
    public static bool[] SpansWholeBytes(QuantizedNetwork network, string? backend)
    {
        // Fbgemm and X86 calibrate with reduce_range.
        var observed = backend is "OneDnn" or "Qnnpack";
        var spans = new bool[network.Nodes.Count];
        for (var i = 0; i < spans.Length; i++)
        {
            spans[i] = network.Nodes[i].Op switch
            {
                // Fixed qparams of the whole byte.
                QuantizedOp.Sigmoid or QuantizedOp.Hardsigmoid or QuantizedOp.Tanh => true,
                QuantizedOp.MaxPool2d or QuantizedOp.AvgPool2d or QuantizedOp.AdaptiveAvgPool2d or QuantizedOp.Flatten or QuantizedOp.ReLU
                    or QuantizedOp.ReLU6 => spans[network.Nodes[i].Inputs[0]],
                _ => observed,
            };
        }

        return spans;
    }
}
