using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>Which weights of a Linear or Conv2d are multiplied with a channel of the layer before.</summary>
/// <param name="layer">The reader.</param>
/// <param name="channels">Channels of what it reads, before Flatten.</param>
internal readonly struct ChannelReaders(LayerDefinition layer, int channels)
{
    // A weight is [out, inputs, taps]. Behind Flatten a channel is a run of features, as if they were taps.
    private readonly int _outputs = layer.OutputShape.Channels / layer.Groups;
    private readonly int _inputs = channels / layer.Groups;
    private readonly int _taps = layer.Kind == LayerKind.Linear ? layer.InputShape.Elements / channels : layer.Window!.Taps;

    public float LargestMagnitude(float[] weight, int channel)
    {
        var largest = 0f;
        for (var output = 0; output < _outputs; output++)
        {
            foreach (var value in weight.AsSpan(Start(channel, output), _taps))
                largest = MathF.Max(largest, MathF.Abs(value));
        }

        return largest;
    }

    public void Multiply(float[] weight, int channel, float factor)
    {
        for (var output = 0; output < _outputs; output++)
        {
            foreach (ref var value in weight.AsSpan(Start(channel, output), _taps))
                value *= factor;
        }
    }

    // Output counts within the group that reads the channel.
    private int Start(int channel, int output) =>
        (((((channel / _inputs) * _outputs) + output) * _inputs) + (channel % _inputs)) * _taps;
}
