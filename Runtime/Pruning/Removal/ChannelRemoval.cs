using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Pruning.Removal;

/// <summary>
/// Physically removes what pruning left empty: the smaller network gives the same bytes as the one it is made from, for every input, and
/// the same float values.
/// </summary>
/// <remarks>
/// It works on the converted network, not on the declared one. Batch normalization is folded and ReLU fused there, so there are fewer
/// kinds of dependency; scales and zero points are fixed, so nothing that is removed can change them; and all sums are integers, so a
/// term that is zero can be left out without a rounding. That makes "the same" a matter of bytes instead of tolerances. The groups of
/// channels that can only go together are those of DepGraph (Fang et al. 2023, Torch-Pruning).
/// <para>
/// Float values stay the same, too: a product that is zero changes no sum, whatever the order. What is not kept is the sign of a zero, nor
/// the NaN of a zero weight times a value that overflowed to infinity.
/// </para>
/// <para>
/// The declaration stays as it is: an artifact still belongs to its class. The input and the result of the network keep their shapes.
/// </para>
/// </remarks>
internal static class ChannelRemoval
{
    /// <summary>
    /// What is left after removal where that is worth a shape of its own: a twentieth of the work where the declaration prunes whole
    /// structures, a third where it prunes single weights. These leave some channels dead, others in every training, and code that is
    /// compiled for the declared shapes should go on running all of their artifacts.
    /// </summary>
    public static QuantizedModel RunWhereItPays(QuantizedModel model, NetworkDefinition definition)
    {
        var smaller = Run(model);
        var structured = definition.Layers.Any(layer => layer.Prune is { } rule
            && (rule.IsFilter || rule.IsLayer || rule.IsBlock || rule.Dim is not null));
        var saved = 1 - ((double)Work(smaller) / Math.Max(1, Work(model)));
        return saved >= (structured ? 0.05 : 1.0 / 3) ? smaller : model;
    }

    /// <summary>Multiply-accumulates of one sample.</summary>
    private static long Work(QuantizedModel model) =>
        model.Network.Nodes.Where(node => node.Weight is not null).Sum(node => (long)node.Weight!.Elements * node.Shape.Positions);

    /// <summary>The network without channels, columns and operators that cannot influence the result.</summary>
    public static QuantizedModel Run(QuantizedModel model)
    {
        // What goes may make the next thing useless, in both directions. Every round but the last makes the network smaller.
        while (true)
        {
            var smaller = Once(ConstantOperands.Replace(IdentityAdditions.Remove(model)));
            if (!IsSmaller(smaller, model))
                return model;
            model = smaller;
        }
    }

    private static QuantizedModel Once(QuantizedModel model)
    {
        var constants = ChannelConstants.Of(model);
        var use = ChannelUse.Of(model, constants);
        return NetworkSlicer.Slice(model, constants, use, ChannelGroups.Kept(model.Network, use));
    }

    private static bool IsSmaller(QuantizedModel a, QuantizedModel b) => a.Network.Nodes.Count < b.Network.Nodes.Count
        || a.Network.Nodes.Zip(b.Network.Nodes).Any(pair => pair.First.Shape.Elements < pair.Second.Shape.Elements
            || pair.First.Weight?.Elements < pair.Second.Weight?.Elements || pair.First.Weight?.Nonzeros < pair.Second.Weight?.Nonzeros);
}
