using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// The memory format PyTorch's tensors would have: the input is contiguous, quantized convolutions give channels_last, everything else
/// follows what it reads. Some kernels round differently by format, so this is part of the result.
/// </summary>
internal static class MemoryFormats
{
    public static MemoryFormat Of(LayerDefinition layer, IReadOnlyList<QuantizedNode> inputs) => layer.Kind switch
    {
        // Of floats oneDNN keeps the order.
        LayerKind.Conv2d => inputs[0].IsFloat ? inputs[0].Format : MemoryFormat.ChannelsLast,
        LayerKind.Linear or LayerKind.Flatten => MemoryFormat.Contiguous,

        // These kernels ask is_contiguous(channels_last), which a tensor with one channel or one position also is.
        LayerKind.MaxPool2d or LayerKind.AvgPool2d or LayerKind.AdaptiveAvgPool2d or LayerKind.Concat =>
            inputs.All(IsChannelsLast) ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous,
        _ => inputs[0].Format,
    };

    private static bool IsChannelsLast(QuantizedNode node) =>
        !node.Shape.IsFlat && (node.Format == MemoryFormat.ChannelsLast || AddLayout.IsBoth(node.Shape));
}
