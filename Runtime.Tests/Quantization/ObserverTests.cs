using CompileTime.Quantization;

namespace CompileTime.Tests.Quantization;

/// <summary>What the recorded vectors do not have.</summary>
public sealed class ObserverTests
{
    private static readonly QuantizationSpec Affine = new(QuantizedType.QUInt8, QScheme.PerTensorAffine);
    private static readonly QuantizationSpec Channels = new(QuantizedType.QInt8, QScheme.PerChannelSymmetric);

    [Fact]
    public void Fixed_ranges_are_those_of_sigmoid_and_tanh()
    {
        var (one, two) = (FixedQParamsObserver.ZeroToOne(), FixedQParamsObserver.MinusOneToOne());
        one.Observe([1000f, float.NaN], [2]);
        Assert.Equal([new QParams(1f / 256, 0)], one.Calculate());
        Assert.Equal([new QParams(1f / 128, 128)], two.Calculate());
        Assert.Equal((0, 255), (one.Spec.Min, one.Spec.Max));
    }

    [Fact]
    public void A_placeholder_knows_a_type_and_no_scale()
    {
        var observer = new PlaceholderObserver(Affine);
        observer.Observe([1f], [1]);
        Assert.Same(Affine, observer.Spec);
        Assert.Throws<InvalidOperationException>(observer.Calculate);
    }

    [Fact]
    public void Channels_cannot_change_between_batches()
    {
        foreach (var observer in new PerChannelMinMaxObserver[] { new(Channels), new MovingAveragePerChannelMinMaxObserver(Channels) })
        {
            observer.Observe([1f, 2f], [2, 1]);
            Assert.Throws<ArgumentException>(() => observer.Observe([1f, 2f, 3f], [3, 1]));
            Assert.Equal([1f, 2f], observer.Max);
        }
    }

    [Fact]
    public void Schemes_and_observers_must_fit()
    {
        Assert.Throws<ArgumentException>(() => new MovingAverageMinMaxObserver(Channels));
        Assert.Throws<ArgumentException>(() => new MovingAveragePerChannelMinMaxObserver(Affine));
    }
}
