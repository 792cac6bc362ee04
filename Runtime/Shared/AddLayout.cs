namespace CompileTime.Shared;

/// <summary>
/// Which elements of a quantized addition PyTorch computes with its vectorized kernel (fused multiply-add) and which in the scalar
/// tail: the results differ in rare cases, so it is part of the answer.
/// </summary>
internal static class AddLayout
{
    /// <summary>Elements one step of the vectorized kernel handles.</summary>
    public const int Step = 64;

    /// <summary>
    /// The number of leading elements, counted in the memory order of <see cref="QuantizedNode.Format"/>, that the vectorized kernel
    /// computes. None when the inputs lie in memory in different orders: the iteration is scalar then.
    /// </summary>
    public static int VectorElements(QuantizedNetwork network, QuantizedNode node) => node.Vector is { } known ? known[0]
        : SameOrder(network.Nodes[node.Inputs[0]], network.Nodes[node.Inputs[1]]) ? node.Shape.Elements / Step * Step
        : 0;

    /// <summary>The place of an element in the memory order of <see cref="QuantizedNode.Format"/>.</summary>
    public static int MemoryIndex(QuantizedNode node, int channel, int position) => node.Format == MemoryFormat.Contiguous
        ? (channel * node.Shape.Positions) + position
        : (position * node.Shape.Channels) + channel;

    /// <summary>A tensor with one channel or one position is in both orders at once.</summary>
    public static bool IsBoth(Shape shape) => shape.IsFlat || shape.Channels == 1 || shape.Positions == 1;

    private static bool SameOrder(QuantizedNode a, QuantizedNode b) => a.Format == b.Format || IsBoth(a.Shape);
}
