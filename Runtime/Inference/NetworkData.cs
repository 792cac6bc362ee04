using System.ComponentModel;
using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>Everything that training determined, validated: what packing reads.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NetworkData
{
    internal NetworkData(QuantizedModel model)
        : this([.. model.Network.Nodes.Select(node => node.Scale)], [.. model.Network.Nodes.Select(node => node.ZeroPoint)],
            [.. model.Network.Nodes.Select(node => node.Weight?.IsPerChannel ?? false)], [.. model.Weights]) =>
        IsDynamic = [.. model.Network.Nodes.Select(node => node.Op == QuantizedOp.DynamicLinear)];

    internal NetworkData(float[] scales, int[] zeroPoints, bool[] isPerChannel, LayerWeights?[] weights)
    {
        IsDynamic = new bool[scales.Length];
        Scales = scales;
        ZeroPoints = zeroPoints;
        IsPerChannel = isPerChannel;
        Weights = weights;
    }

    /// <summary>The scale of each operator's value.</summary>
    internal float[] Scales { get; }

    /// <summary>The zero point of each operator's value.</summary>
    internal int[] ZeroPoints { get; }

    /// <summary>Whether an operator's weights have one scale per output channel.</summary>
    internal bool[] IsPerChannel { get; }

    /// <summary>Whether an operator quantizes its input in every call: its constants do not depend on scales then.</summary>
    internal bool[] IsDynamic { get; }

    /// <summary>The weights of each operator; null where it has none.</summary>
    internal LayerWeights?[] Weights { get; }
}
