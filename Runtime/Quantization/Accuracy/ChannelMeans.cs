namespace CompileTime.Quantization;

/// <summary>The mean of every channel of a value over samples and positions.</summary>
internal sealed class ChannelMeans(int channels)
{
    private readonly double[] _sums = new double[channels];
    private long _count;

    /// <summary>Adds a batch, sample after sample, each channel by channel.</summary>
    public void Add(ReadOnlySpan<float> values, int batch)
    {
        var positions = values.Length / batch / _sums.Length;
        for (var i = 0; i < values.Length; i++)
            _sums[i / positions % _sums.Length] += values[i];
        _count += (long)batch * positions;
    }

    public double this[int channel] => _sums[channel] / _count;
}
