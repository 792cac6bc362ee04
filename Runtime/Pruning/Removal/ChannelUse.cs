using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Pruning.Removal;

/// <summary>
/// Which channels influence the result, found from the result backwards. A filter that only zero weights read is as useless as one
/// without weights.
/// </summary>
internal sealed class ChannelUse
{
    private readonly bool[][] _live;
    private readonly bool[][] _columns;
    private readonly bool[][] _rows;

    private ChannelUse(QuantizedNetwork network)
    {
        bool[][] Flags() => [.. network.Nodes.Select(node => new bool[node.Shape.Channels])];
        (_live, _columns, _rows) = (Flags(), Flags(), Flags());
    }

    /// <summary>
    /// Whether some Linear or ungrouped Conv2d reads the channel with a weight that makes a difference, or a DynamicLinear for its range.
    /// Such a channel must stay; other readers keep it only as long as their own results stay.
    /// </summary>
    public bool IsColumn(int node, int channel) => _columns[node][channel];

    /// <summary>
    /// Whether an output channel of a Linear or Conv2d depends on its weights: it is neither constant nor unread. Otherwise its weights
    /// may as well be zero.
    /// </summary>
    public bool NeedsWeights(int node, int channel) => _rows[node][channel];

    public static ChannelUse Of(QuantizedModel model, ChannelConstants constants)
    {
        var network = model.Network;
        var use = new ChannelUse(network);
        Array.Fill(use._live[^1], true);
        for (var i = network.Nodes.Count - 1; i > 0; i--)
        {
            var node = network.Nodes[i];
            if (node.Weight is not null)
            {
                use.ReadByWeights(model, constants, i);
                continue;
            }

            for (var c = 0; c < node.Shape.Channels; c++)
            {
                foreach (var (input, channel) in ChannelGroups.Carried(network, i, c))
                    use._live[input][channel] |= use._live[i][c];
            }
        }

        return use;
    }

    private void ReadByWeights(QuantizedModel model, ChannelConstants constants, int index)
    {
        var node = model.Network.Nodes[index];
        var (input, weights) = (node.Inputs[0], model.Weights[index]!);
        var columns = new WeightColumns(model, index);
        for (var o = 0; o < node.Shape.Channels; o++)
        {
            if (!_live[index][o] || constants.BiasAlone(index, o) is not null)
                continue;
            _rows[index][o] = true;
            for (var i = 0; i < columns.PerOutput; i++)
            {
                var channel = columns.Channel(o, i);
                if (weights.IsZero((o * columns.PerOutput) + i) || constants.IsZero(input, channel))
                    continue;
                _live[input][channel] = true;
                _columns[input][channel] |= node.Groups == 1;
            }
        }

        if (node.Op == QuantizedOp.DynamicLinear && _rows[index].Contains(true))
            ReadForRange(constants, input);
    }

    /// <summary>DynamicLinear: any value may be the least or the greatest, and decide the scale. But every range includes zero.</summary>
    private void ReadForRange(ChannelConstants constants, int input)
    {
        for (var c = 0; c < _live[input].Length; c++)
        {
            if (!constants.IsZero(input, c))
                _live[input][c] = _columns[input][c] = true;
        }
    }
}
