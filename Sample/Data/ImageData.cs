using Sample.Digits;

namespace Sample.Data;

/// <summary>What a network learns from and what it is tested on.</summary>
/// <param name="Train">To learn from.</param>
/// <param name="Test">Never seen while learning.</param>
internal sealed record ImageData(ImageSet Train, ImageSet Test)
{
    private const int DrawnTrain = 20_000;
    private const int DrawnTest = 4_000;

    /// <summary>Digits drawn by <see cref="DigitGenerator"/>; the same seed draws the same.</summary>
    public static ImageData Drawn(int seed, CancellationToken cancellationToken = default)
    {
        // One stream of digits, cut in two: no test digit is a training digit.
        var (pixels, labels) = DigitGenerator.Draw(DrawnTrain + DrawnTest, seed, cancellationToken);
        const int cut = DrawnTrain * ImageSet.ImageLength;
        return new ImageData(
            new ImageSet(pixels[..cut], labels[..DrawnTrain]),
            new ImageSet(pixels[cut..], labels[DrawnTrain..]));
    }

    /// <summary>Images in the four IDX files of a folder.</summary>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or its images are not 28x28 or not of ten classes.</exception>
    public static ImageData FromFolder(string folder) => new(
        ImageSet.FromIdx(IdxFolder.Find(folder, "train-images-idx3-ubyte"), IdxFolder.Find(folder, "train-labels-idx1-ubyte")),
        ImageSet.FromIdx(IdxFolder.Find(folder, "t10k-images-idx3-ubyte"), IdxFolder.Find(folder, "t10k-labels-idx1-ubyte")));
}
