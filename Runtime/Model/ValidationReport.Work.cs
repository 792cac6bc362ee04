using System.Text;

namespace CompileTime;

/// <summary>What removal left of a layer: channels that cannot influence the result are gone from the converted network.</summary>
/// <param name="Name">Name of the layer.</param>
/// <param name="Kind">Linear or Conv2d.</param>
/// <param name="Channels">Output channels as declared.</param>
/// <param name="ChannelsLeft">Output channels of the converted network; 0 when the whole layer is gone.</param>
/// <param name="Macs">Multiply-accumulates of one sample as declared; a position in the padding counts like any other.</param>
/// <param name="MacsLeft">The same of the converted network: zeros among the weights that stay are counted.</param>
public sealed record LayerWork(string Name, string Kind, int Channels, int ChannelsLeft, long Macs, long MacsLeft);

public sealed partial record ValidationReport
{
    /// <summary>Channels and multiply-accumulates of the layers with weights, in order.</summary>
    public IReadOnlyList<LayerWork> Work { get; init; } = [];

    /// <summary>Multiply-accumulates of one sample as declared.</summary>
    public long Macs => Work.Sum(layer => layer.Macs);

    /// <summary>Multiply-accumulates of one sample in the converted network, without the channels that were removed.</summary>
    public long MacsLeft => Work.Sum(layer => layer.MacsLeft);

    private void AppendWork(StringBuilder text)
    {
        if (Work.Count == 0)
            return;
        if (Work.All(layer => layer.MacsLeft == layer.Macs))
        {
            text.Append(Text($"\n{Macs:N0} multiply-accumulates for one sample; no channel was removed.\n"));
            return;
        }

        var factor = MacsLeft == 0 ? "none are left" : Text($"{MacsLeft:N0} are left, {(double)Macs / MacsLeft:F1} times fewer");
        text.Append(Text($"\n{Macs:N0} multiply-accumulates for one sample; {factor}.\n\n"));
        Append(text, [["layer", "channels", "left", "MACs", "left"],
            .. Work.Select(layer => (string[])[layer.Name, Text($"{layer.Channels}"), Text($"{layer.ChannelsLeft}"),
                Text($"{layer.Macs:N0}"),
                Percent(layer.MacsLeft, layer.Macs)])]);
    }
}
