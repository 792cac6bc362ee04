using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>Calibration samples, a batch at a time: memory does not grow with their number.</summary>
internal sealed class SampleBatches(Dataset samples, NetworkDefinition definition)
{
    private readonly float[] _buffer = new float[(long)Math.Min(Calibration.BatchSize, samples.Count) * samples.SampleLength];

    /// <summary>Calls with the values of each batch and the number of samples in it.</summary>
    /// <exception cref="ArgumentException">A value is NaN or infinite.</exception>
    public void ForEach(Action<float[], int> action)
    {
        var length = samples.SampleLength;
        for (var start = 0; start < samples.Count; start += Calibration.BatchSize)
        {
            var count = Math.Min(Calibration.BatchSize, samples.Count - start);
            var values = count == Calibration.BatchSize ? _buffer : new float[count * length];
            for (var i = 0; i < count; i++)
            {
                var sample = values.AsSpan(i * length, length);
                samples.CopySample(start + i, definition, sample);
                var bad = VectorMath.IndexOfNonFinite(sample);
                if (bad >= 0)
                    throw new ArgumentException(
                        $"Value {bad} of sample {start + i} is {sample[bad]}: only finite values can be calibrated with.", nameof(samples));
            }

            action(values, count);
        }
    }
}
