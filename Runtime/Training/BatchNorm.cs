namespace CompileTime.Training;

/// <summary>
/// Per channel (x - mean) / √(var + eps) * weight + bias. While training, mean and variance are the batch's (biased), and the
/// running ones move towards them by the momentum, the variance unbiased, as in PyTorch. The samples of a batch see each other
/// here, so each pass has two phases: sums of a slice, then what needs the sums of all slices. Frozen, the running statistics are
/// constants that training normalizes with.
/// </summary>
internal sealed class BatchNorm : Layer
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Parameter _mean;
    private readonly Parameter _variance;
    private readonly int _channels;
    private readonly int _positions;

    // Per slice and channel: [0] Σx, [1] Σx² forward; [0] Σdy, [1] Σdy·x backward.
    private readonly double[][] _sums = new double[Slice.Count][];
    private readonly double[] _batchMean;
    private readonly double[] _batchInverse;
    private int _samples;

    public BatchNorm(LayerContext context)
        : base(context)
    {
        _channels = Input.Shape.Channels;
        _positions = Input.Shape.Positions;
        _weight = AddParameter("weight", _channels);
        _bias = AddParameter("bias", _channels);
        _mean = AddBuffer("running_mean", _channels);
        _variance = AddBuffer("running_var", _channels);
        Array.Fill(_weight.Value, 1);
        Array.Fill(_variance.Value, 1);
        _batchMean = new double[_channels];
        _batchInverse = new double[_channels];
        for (var i = 0; i < Slice.Count; i++)
            _sums[i] = new double[2L * _channels];
    }

    /// <summary>
    /// Whether training leaves the running statistics alone and uses them, as freeze_bn_stats; weight and bias go on learning.
    /// </summary>
    public bool IsFrozen { get; set; }

    public override int TrainingPhases => 2;

    /// <summary>PyTorch refuses a single value per channel: its variance is zero and the unbiased one undefined.</summary>
    public void SetBatch(int samples)
    {
        _samples = samples;
        if (samples * _positions == 1 && !IsFrozen)
            throw new InvalidOperationException(
                $"{Definition.Name}: batch normalization needs more than one value per channel; train with batches of at least 2 samples.");
    }

    public override void Forward(Slice slice, int phase)
    {
        if (!Training || IsFrozen)
        {
            for (var c = 0; phase == 0 && c < _channels; c++)
                Normalize(slice, c, _mean.Value[c], RunningInverse(c));
        }
        else if (phase == 0)
        {
            AddUp(slice, Input.Data, Input.Data);
        }
        else
        {
            var count = (double)_samples * _positions;
            for (var c = 0; c < _channels; c++)
            {
                var mean = Total(c, 0) / count;
                var variance = Math.Max(0, (Total(c, 1) / count) - (mean * mean));
                var inverse = 1 / Math.Sqrt(variance + Definition.Epsilon);
                if (slice.Index == 0)
                    Remember(c, mean, variance, inverse, count);
                Normalize(slice, c, mean, inverse);
            }
        }
    }

    public override void Backward(Slice slice, int phase)
    {
        if (phase == 0)
        {
            AddUp(slice, Output.Gradient, Input.Data);
            return;
        }

        var count = (double)_samples * _positions;
        for (var c = 0; c < _channels; c++)
        {
            var (mean, inverse) = IsFrozen ? (_mean.Value[c], RunningInverse(c)) : (_batchMean[c], _batchInverse[c]);
            var sum = Total(c, 0);
            var projection = (Total(c, 1) - (mean * sum)) * inverse; // Σ dy·x̂
            Partial(0, slice)[c] = slice.Index == 0 ? (float)projection : 0;
            Partial(1, slice)[c] = slice.Index == 0 ? (float)sum : 0;
            if (!Input.NeedsGradient)
                continue;

            // dx = w/σ (dy - mean(dy) - x̂ mean(dy·x̂)), and w/σ dy where mean and σ are constants.
            var factor = _weight.Value[c] * inverse;
            var slope = IsFrozen ? 0 : -factor * projection / count * inverse;
            var offset = IsFrozen ? 0 : -factor * sum / count;
            for (var n = slice.Start; n < slice.End; n++)
            {
                var at = (n * Input.Elements) + (c * _positions);
                VectorMath.Combine(Output.Gradient.AsSpan(at, _positions), (float)factor, Input.Data.AsSpan(at, _positions), (float)mean,
                    (float)slope, (float)offset, Input.Gradient.AsSpan(at, _positions), Accumulates[0]);
            }
        }
    }

    private void AddUp(Slice slice, float[] first, float[] second)
    {
        var sums = _sums[slice.Index];
        Array.Clear(sums);
        for (var n = slice.Start; n < slice.End; n++)
        {
            for (var c = 0; c < _channels; c++)
            {
                var at = (n * Input.Elements) + (c * _positions);
                var values = first.AsSpan(at, _positions);
                sums[2 * c] += VectorMath.Sum(values);
                sums[(2 * c) + 1] += VectorMath.Dot(values, second.AsSpan(at, _positions));
            }
        }
    }

    private double RunningInverse(int channel) => 1 / Math.Sqrt(_variance.Value[channel] + Definition.Epsilon);

    private double Total(int channel, int which)
    {
        var total = 0.0;
        foreach (var sums in _sums)
            total += sums[(2 * channel) + which];
        return total;
    }

    private void Remember(int channel, double mean, double variance, double inverse, double count)
    {
        _batchMean[channel] = mean;
        _batchInverse[channel] = inverse;
        var momentum = Definition.Momentum;
        _mean.Value[channel] = (float)(((1 - momentum) * _mean.Value[channel]) + (momentum * mean));
        _variance.Value[channel] = (float)(((1 - momentum) * _variance.Value[channel]) + (momentum * variance * count / (count - 1)));
    }

    private void Normalize(Slice slice, int channel, double mean, double inverse)
    {
        var factor = _weight.Value[channel] * inverse;
        var offset = _bias.Value[channel] - (mean * factor);
        for (var n = slice.Start; n < slice.End; n++)
        {
            var at = (n * Input.Elements) + (channel * _positions);
            VectorMath.Scale(Input.Data.AsSpan(at, _positions), (float)factor, (float)offset, Output.Data.AsSpan(at, _positions),
                accumulate: false);
        }
    }
}
