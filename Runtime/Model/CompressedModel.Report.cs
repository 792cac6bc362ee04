using CompileTime.Reports;
using CompileTime.Training;

namespace CompileTime;

public sealed partial class CompressedModel
{
    /// <summary>
    /// Measures what quantization does to every layer, and writes a page that shows it: which layer loses most and why, histograms of
    /// values with
    /// the ranges that were chosen, weights that are left. One HTML file that needs nothing else. The accuracies are those of
    /// <see cref="Validate"/>, and are remembered as there. Memory does not grow with the number of samples; the same model and samples
    /// give
    /// the same file.
    /// </summary>
    /// <param name="path">The file, usually <c>.html</c>; its directory is created. It is complete or what was there before stays.</param>
    /// <param name="test">Samples that were not trained with.</param>
    /// <param name="samples">
    /// Layers are measured on at most so many, spread evenly over <paramref name="test"/>; at least 1. Accuracies are those of all.
    /// </param>
    /// <returns>What the page shows in numbers.</returns>
    /// <exception cref="ArgumentException">The samples are not for this model, or the path is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="samples"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model was loaded from a file, which does not have the float network to compare with; or the float network gives NaN or infinity.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public QuantizationReport Report(string path, Dataset test, int samples = 1000)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (_origin is null)
            throw new InvalidOperationException(
                $"A report compares {ModelName} with its float network, which artifacts do not have: call Report on what Convert " +
                "returned. Validate measures a loaded model.");
        var statistics = new NetworkStatistics(_definition, _origin, Model);
        var validation = Validate(test);
        samples = Math.Min(samples, test.Count);
        statistics.Run(test, samples);
        var diagnosis = new Diagnosis(statistics.Nodes, _definition.Quantize!);
        AtomicFile.WriteInDirectory(path, stream => HtmlReport.Write(stream, validation, samples, statistics.Nodes, diagnosis));
        return QuantizationReport.Of(validation, samples, diagnosis);
    }
}
