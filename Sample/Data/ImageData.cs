using Sample.Digits;
using Sample.Networks;

namespace Sample.Data;

/// <summary>Images of 28x28 bytes in ten classes: what a network learns from and what it is tested on.</summary>
/// <param name="Train">To learn from.</param>
/// <param name="Test">Never seen while learning.</param>
internal sealed record ImageData(Dataset Train, Dataset Test)
{
    private const int DrawnTrain = 20_000;
    private const int DrawnTest = 4_000;

    /// <summary>Digits drawn by <see cref="DigitGenerator"/>; the same seed draws the same.</summary>
    public static ImageData Drawn(int seed, CancellationToken cancellationToken = default)
    {
        // One stream of digits, cut in two: no test digit is a training digit.
        var (images, labels) = DigitGenerator.Draw(DrawnTrain + DrawnTest, seed, cancellationToken);
        var all = new Dataset(images, labels);
        return new ImageData(all.Slice(0, DrawnTrain), all.Slice(DrawnTrain, DrawnTest));
    }

    /// <summary>Images in the four IDX files of a folder.</summary>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or does not have what this program is about.</exception>
    public static ImageData FromFolder(string folder) => new(FromFiles(folder, "train"), FromFiles(folder, "t10k"));

    private static Dataset FromFiles(string folder, string part)
    {
        var images = IdxFolder.Find(folder, part + "-images-idx3-ubyte");
        var labels = IdxFolder.Find(folder, part + "-labels-idx1-ubyte");
        var data = Dataset.FromIdx(images, labels);
        if (data.SampleLength != DigitGenerator.Length)
        {
            throw new InvalidDataException(
                $"'{images}' has images of {data.SampleLength} pixels; the networks here take 28 x 28 = {DigitGenerator.Length}.");
        }

        for (var i = 0; i < data.Count; i++)
        {
            if (data.Label(i) >= Classifier.Classes)
            {
                throw new InvalidDataException(
                    $"'{labels}' has the label {data.Label(i)}; the networks here know 0 to {Classifier.Classes - 1}.");
            }
        }

        return data;
    }
}
