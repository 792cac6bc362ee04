using CompileTime.Shared;

namespace CompileTime.Pruning.Removal;

/// <summary>
/// Channels that can only go together, as DepGraph's groups: those of a pool and of what it pools, of a sum and of both its operands, of
/// a slice of Concat, of all features of a flattened channel, of a group of a grouped convolution on both its sides. A group goes when no
/// member of it is needed.
/// </summary>
internal sealed class ChannelGroups
{
    private readonly QuantizedNetwork _network;
    private readonly int[] _first;
    private readonly DisjointSets _channels;
    private readonly bool[] _required;

    private ChannelGroups(QuantizedNetwork network)
    {
        _network = network;
        _first = new int[network.Nodes.Count + 1];
        for (var i = 0; i < network.Nodes.Count; i++)
            _first[i + 1] = _first[i] + network.Nodes[i].Shape.Channels;
        _channels = new DisjointSets(_first[^1]);
        _required = new bool[_first[^1]];
    }

    /// <summary>The channels that stay, per node; none for a node that goes.</summary>
    public static int[][] Kept(QuantizedNetwork network, ChannelUse use)
    {
        var groups = new ChannelGroups(network);
        for (var i = 1; i < network.Nodes.Count; i++)
        {
            for (var c = 0; c < network.Nodes[i].Shape.Channels; c++)
            {
                foreach (var (input, channel) in Carried(network, i, c))
                    groups._channels.Join(groups._first[i] + c, groups._first[input] + channel);
            }
        }

        // Only now, that the roots are final. The network's input and result have the shapes that are declared.
        for (var i = 0; i < network.Nodes.Count; i++)
        {
            for (var c = 0; c < network.Nodes[i].Shape.Channels; c++)
            {
                if (i == 0 || i == network.Nodes.Count - 1 || use.IsColumn(i, c))
                    groups.Require(i, c);
            }
        }

        var present = groups.Complete();
        return [.. network.Nodes.Select((_, i) => present[i] ? groups.Channels(i) : [])];
    }

    /// <summary>The channels of its inputs that a channel cannot be parted from.</summary>
    public static IEnumerable<(int Node, int Channel)> Carried(QuantizedNetwork network, int index, int channel)
    {
        var node = network.Nodes[index];
        switch (node.Op)
        {
            case QuantizedOp.Linear or QuantizedOp.DynamicLinear:
                break;
            case QuantizedOp.Conv2d:
                var inputs = node.Weight!.Dimensions[1];
                for (var i = 0; i < inputs && node.Groups > 1; i++)
                    yield return (node.Inputs[0], (channel / (node.Shape.Channels / node.Groups) * inputs) + i);
                break;
            case QuantizedOp.Flatten:
                yield return (node.Inputs[0], channel / network.Nodes[node.Inputs[0]].Shape.Positions);
                break;
            case QuantizedOp.Concat:
                var k = 0;
                for (; channel >= network.Nodes[node.Inputs[k]].Shape.Channels; k++)
                    channel -= network.Nodes[node.Inputs[k]].Shape.Channels;
                yield return (node.Inputs[k], channel);
                break;
            default:
                foreach (var input in node.Inputs)
                    yield return (input, channel);
                break;
        }
    }

    /// <summary>
    /// Keeps a channel where an operator must stay that has none: a layer that was pruned completely, with a reader. Inputs of Concat may
    /// go, but for two. Tells which nodes stay.
    /// </summary>
    private bool[] Complete()
    {
        while (true)
        {
            var present = new bool[_network.Nodes.Count];
            present[0] = present[^1] = true;
            var lacking = -1;
            for (var i = present.Length - 1; i >= 0; i--)
            {
                if (!present[i])
                    continue;
                var node = _network.Nodes[i];
                if (!HasChannels(i))
                    lacking = i;
                var inputs = node.Op == QuantizedOp.Concat ? node.Inputs.Where(HasChannels).ToList() : node.Inputs;
                if (node.Op == QuantizedOp.Concat && inputs.Count < 2)
                    lacking = node.Inputs.First(input => !HasChannels(input));
                foreach (var input in inputs)
                    present[input] = true;
            }

            if (lacking < 0)
                return present;
            Require(lacking, 0);
        }
    }

    private bool HasChannels(int node)
    {
        for (var i = _first[node]; i < _first[node + 1]; i++)
        {
            if (_required[_channels.Root(i)])
                return true;
        }

        return false;
    }

    private int[] Channels(int node) =>
        [.. Enumerable.Range(0, _first[node + 1] - _first[node]).Where(channel => _required[_channels.Root(_first[node] + channel)])];

    private void Require(int node, int channel) => _required[_channels.Root(_first[node] + channel)] = true;
}
