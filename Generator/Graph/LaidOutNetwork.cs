using System.Collections.Generic;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>Where the value of one node lies: in memory of its own, or in another's.</summary>
/// <param name="ViewOf">The node whose memory this value shares; -1 when it has its own.</param>
/// <param name="Positions">
/// Features that are a view of an image, which is kept channels last: how many positions it has. Feature <c>c * Positions + p</c>
/// then lies at <c>p * channels + c</c>. 1 when features lie in their own order.
/// </param>
internal sealed record ValueLayout(int ViewOf, int Positions)
{
    public static ValueLayout Own { get; } = new(-1, 1);

    public bool IsView => ViewOf >= 0;
}

/// <summary>A converted network and how its values lie: what the passes work on and the planner reads.</summary>
internal sealed record LaidOutNetwork(QuantizedNetwork Network, IReadOnlyList<ValueLayout> Values)
{
    /// <summary>Images are kept channel by channel, each a plane of bytes, instead of channels last.</summary>
    public bool IsPlanar { get; init; }

    public static LaidOutNetwork From(QuantizedNetwork network)
    {
        var values = new ValueLayout[network.Nodes.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = ValueLayout.Own;
        return new LaidOutNetwork(network, values);
    }

    public LaidOutNetwork With(int node, ValueLayout value) => this with { Values = new List<ValueLayout>(Values) { [node] = value } };

    public LaidOutNetwork With(int index, QuantizedNode node) => this with
    {
        Network = new QuantizedNetwork { Nodes = new List<QuantizedNode>(Network.Nodes) { [index] = node }, Softmax = Network.Softmax },
    };

    /// <summary>The indices of the nodes that read the value of <paramref name="node"/>.</summary>
    public IReadOnlyList<int> Readers(int node)
    {
        var readers = new List<int>();
        for (var i = node + 1; i < Network.Nodes.Count; i++)
        {
            foreach (var input in Network.Nodes[i].Inputs)
            {
                if (input == node)
                {
                    readers.Add(i);
                    break;
                }
            }
        }

        return readers;
    }

    /// <summary>The node in whose memory the value lies.</summary>
    public int Owner(int node)
    {
        while (Values[node].IsView)
            node = Values[node].ViewOf;
        return node;
    }
}
