using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>Cross-correlation of an image.</summary>
internal sealed record Conv2d() : LayerOp("Conv2d", "conv2d", HasWeight: true)
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        layer.NeedsImage();
        var channels = layer.AtLeast(1, "OutChannels", 1);
        var groups = layer.AtLeast(1, "Groups", 1);
        var window = WindowReader.Read(layer, strideIsKernel: false);
        if (window is null || !layer.IsGood)
            return null;

        var input = layer.Shape;
        layer.CheckGiven("InChannels", input.Channels);
        if (input.Channels % groups != 0 || channels % groups != 0)
        {
            layer.Report("CT1205", Numbers.Text(groups), Numbers.Text(input.Channels), layer.Input.Label, Numbers.Text(channels),
                Numbers.Text(LargestDivisor(input.Channels, channels)));
        }

        if (WindowReader.OutputShape(layer, window, channels, ceilMode: false) is not { } output)
            return null;
        return layer.Done(new LoweredLayer(layer, LayerKind.Conv2d, output)
        {
            Window = window,
            Groups = groups,
            Bias = layer.Arguments.Bool("Bias", true),
            WeightElements = (long)channels * (input.Channels / groups) * window.Taps,
        });
    }

    private static int LargestDivisor(int a, int b) => b == 0 ? a : LargestDivisor(b, a % b);
}
