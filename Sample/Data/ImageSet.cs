namespace Sample.Data;

/// <summary>Images of 28x28 bytes with labels: as the runtime trains on them, and one by one.</summary>
/// <param name="pixels">The images one after the other.</param>
/// <param name="labels">Their labels, 0 to 9.</param>
internal sealed class ImageSet(byte[] pixels, int[] labels)
{
    /// <summary>Bytes of one image.</summary>
    public const int ImageLength = Digits.DigitGenerator.Length;

    /// <summary>Number of images.</summary>
    public int Count => labels.Length;

    /// <summary>The label of each image.</summary>
    public IReadOnlyList<int> Labels => labels;

    /// <summary>For training.</summary>
    public Dataset Dataset { get; } = new(pixels, labels);

    /// <summary>The bytes of an image.</summary>
    public ReadOnlySpan<byte> this[int index] => pixels.AsSpan(index * ImageLength, ImageLength);

    /// <summary>Reads IDX files.</summary>
    public static ImageSet FromIdx(string imagesPath, string labelsPath)
    {
        var dataset = Dataset.FromIdx(imagesPath, labelsPath);
        return new ImageSet(dataset.B!, dataset.L);
    }
}
