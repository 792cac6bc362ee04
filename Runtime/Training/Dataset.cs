using System.Globalization;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime;

/// <summary>
/// Samples in memory, all of one length, each with a label or a vector of targets. The arrays are used, not copied; parts
/// (<see cref="Slice"/>, <see cref="Split"/>) share them. Safe for concurrent reading.
/// </summary>
public sealed class Dataset
{
    private readonly float[]? _floats;
    private readonly byte[]? _bytes;
    private readonly int[]? _labels;
    private readonly float[]? _targets;

    // Rows of the arrays in the order of the samples; null when they are _start, _start + 1, and so on.
    private readonly int[]? _order;
    private readonly int _start;

    /// <summary>Samples of float values with labels, for classification.</summary>
    /// <param name="samples">Sample after sample; images in CHW order. Finite.</param>
    /// <param name="labels">The class of each sample, counted from 0.</param>
    /// <exception cref="ArgumentException">The samples do not divide evenly, a value is NaN or infinite, or a label is
    /// negative.</exception>
    public Dataset(float[] samples, int[] labels)
    {
        (_floats, _labels) = (samples, labels);
        (Count, SampleLength) = Divide(samples, labels);
        CheckFinite(samples, SampleLength, nameof(samples));
        CheckLabels(labels);
    }

    /// <summary>Samples of bytes with labels; only for models whose <see cref="ModelAttribute.InputScale"/> says what a byte
    /// means.</summary>
    /// <param name="samples">Sample after sample; images in CHW order.</param>
    /// <param name="labels">The class of each sample, counted from 0.</param>
    /// <exception cref="ArgumentException">The samples do not divide evenly, or a label is negative.</exception>
    public Dataset(byte[] samples, int[] labels)
    {
        (_bytes, _labels) = (samples, labels);
        (Count, SampleLength) = Divide(samples, labels);
        CheckLabels(labels);
    }

    /// <summary>Samples of float values with targets, for regression.</summary>
    /// <param name="samples">Sample after sample; images in CHW order. Finite.</param>
    /// <param name="targets">The wanted outputs, sample after sample. Finite.</param>
    /// <param name="targetLength">Targets per sample, at least 1.</param>
    /// <exception cref="ArgumentException">The arrays do not divide evenly, or a value is NaN or infinite.</exception>
    public Dataset(float[] samples, float[] targets, int targetLength)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetLength, 1);
        (_floats, _targets, TargetLength) = (samples, targets, targetLength);
        if (targets.Length == 0 || targets.Length % targetLength != 0)
            throw new ArgumentException($"{targets.Length} targets are not a whole, positive number of samples with {targetLength} each.",
                nameof(targets));
        (Count, SampleLength) = Divide(samples.Length, targets.Length / targetLength);
        CheckFinite(samples, SampleLength, nameof(samples));
        CheckFinite(targets, targetLength, nameof(targets));
    }

    private Dataset(Dataset source, int[]? order, int start, int count)
    {
        (_floats, _bytes, _labels, _targets) = (source._floats, source._bytes, source._labels, source._targets);
        (SampleLength, TargetLength) = (source.SampleLength, source.TargetLength);
        (_order, _start, Count) = (order, start, count);
    }

    /// <summary>Number of samples.</summary>
    public int Count { get; }

    /// <summary>Values per sample.</summary>
    public int SampleLength { get; }

    /// <summary>Targets per sample; 0 where there are labels.</summary>
    public int TargetLength { get; }

    /// <summary>Whether the samples have labels (and not targets).</summary>
    public bool HasLabels => _labels is not null;

    /// <summary>Whether the samples are stored as bytes.</summary>
    public bool IsBytes => _bytes is not null;

    /// <summary>Reads images and labels in the IDX format of MNIST, gzipped or not (told by the content).</summary>
    /// <param name="imagesPath">A file of unsigned bytes with 2 or more dimensions, the first being the samples.</param>
    /// <param name="labelsPath">A file of unsigned bytes with 1 dimension.</param>
    /// <exception cref="InvalidDataException">A file is not IDX, is cut short, or the two do not have the same number of
    /// samples.</exception>
    public static Dataset FromIdx(string imagesPath, string labelsPath)
    {
        var (counts, samples) = IdxFile.Read(imagesPath, 2, 4, "images");
        var (labelCounts, labels) = IdxFile.Read(labelsPath, 1, 1, "labels");
        if (counts[0] != labelCounts[0])
            throw new InvalidDataException(
                $"'{imagesPath}' has {counts[0]} images but '{labelsPath}' has {labelCounts[0]} labels; " +
                "they do not belong together.");
        return new Dataset(samples, Array.ConvertAll(labels, label => (int)label));
    }

    /// <summary>The samples from <paramref name="start"/> on.</summary>
    /// <param name="start">Index of the first sample.</param>
    /// <param name="count">Number of samples, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or goes beyond the samples.</exception>
    public Dataset Slice(int start, int count)
    {
        if (start < 0 || start >= Count)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"There is no such sample; there are 0 to {Count - 1}.");
        if (count < 1)
            throw new ArgumentOutOfRangeException(nameof(count), count, "A part has at least one sample.");
        if (count > Count - start)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count,
                $"From sample {start} on there are {Count - start}; the data set has {Count}.");
        }

        return new Dataset(this, _order, _start + start, count);
    }

    /// <summary>Two parts with no sample in common, drawn at random.</summary>
    /// <param name="fraction">The share of the first part, above 0 and below 1; both parts get at least one sample.</param>
    /// <param name="seed">Decides which samples go where.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    /// <exception cref="InvalidOperationException">There is only one sample.</exception>
    public (Dataset First, Dataset Second) Split(double fraction, int seed)
    {
        if (!(fraction > 0 && fraction < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The share of the first part must be above 0 and below 1.");
        if (Count < 2)
            throw new InvalidOperationException("A single sample cannot be split.");
        var order = new int[Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = Row(i);
        SeededRandom.For(seed, 4).Shuffle(order);
        var first = Math.Clamp((int)Math.Round(Count * fraction), 1, Count - 1);
        return (new Dataset(this, order, 0, first), new Dataset(this, order, first, Count - first));
    }

    /// <summary>The class of a sample.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    /// <exception cref="InvalidOperationException">The samples have targets (see <see cref="HasLabels"/>).</exception>
    public int Label(int index)
    {
        CheckIndex(index);
        return _labels is null ? throw new InvalidOperationException("The samples have targets, not labels.") : _labels[Row(index)];
    }

    /// <summary>A sample as it is stored, to predict from or to show.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    /// <exception cref="InvalidOperationException">The samples are not bytes (see <see cref="IsBytes"/>).</exception>
    public ReadOnlySpan<byte> Bytes(int index)
    {
        CheckIndex(index);
        return _bytes is null
            ? throw new InvalidOperationException("The samples are float values, not bytes.")
            : _bytes.AsSpan(Row(index) * SampleLength, SampleLength);
    }

    /// <summary><c>60,000 samples of 784 bytes, with labels</c>.</summary>
    public override string ToString() => $"{Number(Count, "sample")} of {Number(SampleLength, IsBytes ? "byte" : "value")}, with "
        + (HasLabels ? "labels" : Number(TargetLength, "target"));

    /// <summary>The wanted output of a sample; only where there are targets.</summary>
    internal ReadOnlySpan<float> Target(int index) => _targets.AsSpan(Row(index) * TargetLength, TargetLength);

    /// <summary>A sample as the network sees it: a byte b is b * scale + offset, rounded after each operation.</summary>
    internal void CopySample(int index, NetworkDefinition definition, Span<float> destination)
    {
        if (_floats is not null)
        {
            _floats.AsSpan(Row(index) * SampleLength, SampleLength).CopyTo(destination);
            return;
        }

        var bytes = Bytes(index);
        destination = destination[..bytes.Length];
        var (scale, offset) = (definition.InputScale!.Value, definition.InputOffset);
        for (var i = 0; i < bytes.Length; i++)
        {
            var product = bytes[i] * scale;
            destination[i] = product + offset;
        }
    }

    /// <summary>Throws an ArgumentException that says what is wrong when these are not samples for the network.</summary>
    internal void CheckFits(NetworkDefinition definition, string argument)
    {
        var outputs = definition.Output.OutputShape.Elements;
        if (SampleLength != definition.InputShape.Elements)
            throw new ArgumentException(
                $"The samples have {SampleLength} values, but {definition.ModelName} takes " +
                $"{definition.InputShape.Elements} ({definition.InputShape}).", argument);
        if (IsBytes && definition.InputScale is null)
            throw new ArgumentException(
                $"The samples are bytes, and {definition.ModelName} does not say what a byte means: " +
                "add InputScale to its [Model], for example InputScale = 1 / 255f.",
                argument);
        if (!HasLabels && TargetLength != outputs)
            throw new ArgumentException($"The samples have {TargetLength} targets, but {definition.ModelName} has {outputs} outputs.",
                argument);
        for (var i = 0; HasLabels && i < Count; i++)
        {
            if (Label(i) >= outputs)
                throw new ArgumentException(
                    $"Sample {i} has the label {Label(i)}, but {definition.ModelName} has {outputs} outputs: " +
                    $"labels go from 0 to {outputs - 1}.", argument);
        }
    }

    private void CheckIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
    }

    private int Row(int index) => _order is null ? _start + index : _order[_start + index];

    private static string Number(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    private static (int Count, int Length) Divide(Array samples, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(labels);
        return Divide(samples.Length, labels.Length);
    }

    private static (int Count, int Length) Divide(int values, int count)
    {
        if (count == 0 || values == 0)
            throw new ArgumentException("There are no samples.");
        if (values % count != 0)
            throw new ArgumentException($"{values} values do not divide into {count} samples of equal length.");
        return (count, values / count);
    }

    private static void CheckFinite(float[] values, int perSample, string argument)
    {
        var at = VectorMath.IndexOfNonFinite(values);
        if (at >= 0)
            throw new ArgumentException($"Value {at % perSample} of sample {at / perSample} is {values[at]}; all values must be finite.",
                argument);
    }

    private static void CheckLabels(int[] labels)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0)
                throw new ArgumentException($"Sample {i} has the label {labels[i]}; labels are counted from 0.", nameof(labels));
        }
    }
}
