namespace CompileTime.Shared;

/// <summary>
/// Which channels of a concatenation's inputs PyTorch requantizes with its vectorized kernel (fused multiply-add): the results differ in
/// rare cases, so it is part of the answer.
/// </summary>
internal static class ConcatLayout
{
    /// <summary>Channels one step of the vectorized kernel handles.</summary>
    public const int Step = 8;

    /// <summary>The number of leading channels of an input that the vectorized kernel computes; only channels_last has one.</summary>
    /// <param name="network">The network.</param>
    /// <param name="node">The concatenation.</param>
    /// <param name="input">Which of its inputs, from 0.</param>
    public static int VectorChannels(QuantizedNetwork network, QuantizedNode node, int input) => node.Vector is { } known ? known[input]
        : node.Format == MemoryFormat.ChannelsLast ? network.Nodes[node.Inputs[input]].Shape.Channels / Step * Step
        : 0;
}
