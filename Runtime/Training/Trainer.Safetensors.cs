using CompileTime.Models;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime;

public sealed partial class Trainer
{
    /// <summary>
    /// Loads weights from PyTorch, or from anywhere else that writes safetensors, by their names: as load_state_dict. The elements may be
    /// F32, F16, BF16 or F64. Pruned elements stay zero. num_batches_tracked of a BatchNorm may be there; it is not needed. On an error
    /// nothing is changed.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Names, and whether everything has to fit; by default it has to.</param>
    /// <returns>What was loaded and what was not.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, has a value that is NaN or infinite, gives a parameter two tensors, or, if strict, does not fit: the message
    /// lists every tensor that is missing, superfluous, or of another shape.
    /// </exception>
    /// <exception cref="InvalidOperationException">A Fit is running.</exception>
    public SafetensorsReport LoadSafetensors(string path, SafetensorsOptions? options = null)
    {
        CheckIdle(nameof(LoadSafetensors));
        options ??= new SafetensorsOptions();
        using var file = SafetensorsFile.Open(path);
        var sources = Sources(file, path, options.Rename, out var unexpected);
        var mismatched = sources.Select(source => (source.Key, Problem: Mismatch(Network[source.Key], source.Value)))
            .Where(pair => pair.Problem is not null).ToDictionary(pair => pair.Key, pair => pair.Problem!, StringComparer.Ordinal);
        var report = new SafetensorsReport($"'{path}' into {Definition.ModelName}")
        {
            Loaded = [.. ParameterNames.Where(name => sources.ContainsKey(name) && !mismatched.ContainsKey(name))],
            Missing = [.. ParameterNames.Where(name => !sources.ContainsKey(name))],
            Unexpected = unexpected,
            Mismatched = [.. ParameterNames.Where(mismatched.ContainsKey).Select(name => new SafetensorsMismatch(name, mismatched[name]))],
        };
        if (options.Strict && !report.IsComplete)
            throw new InvalidDataException(report + Hint(report));
        var values = report.Loaded.Select(name => Values(file, sources[name], path)).ToList();
        foreach (var (name, loaded) in report.Loaded.Zip(values))
            SetParameter(name, loaded);
        return report;
    }

    /// <summary>
    /// Writes all parameters and buffers in float32 under PyTorch's names: <c>model.load_state_dict(safetensors.torch.load_file(path))</c>
    /// takes them. The file is written completely or not at all.
    /// </summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <exception cref="InvalidOperationException">A Fit is running on another thread.</exception>
    public void SaveSafetensors(string path)
    {
        CheckThread(nameof(SaveSafetensors));
        ArgumentNullException.ThrowIfNull(path);
        SafetensorsWriter.Write(path, [.. Network.Parameters.Select(parameter => (parameter.Name, parameter.Shape, parameter.Value))]);
    }

    /// <summary>Which tensor is for which parameter.</summary>
    private Dictionary<string, SafetensorsTensor> Sources(SafetensorsFile file, string path, Func<string, string?>? rename,
        out List<string> unexpected)
    {
        var sources = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        unexpected = [];
        foreach (var tensor in file.Tensors)
        {
            if ((rename is null ? tensor.Name : rename(tensor.Name)) is not { } name || IsBatchCount(name))
                continue;
            if (!Network.Contains(name))
                unexpected.Add(tensor.Name);
            else if (!sources.TryAdd(name, tensor))
                throw new InvalidDataException($"'{path}': '{sources[name].Name}' and '{tensor.Name}' are both renamed to '{name}'.");
        }

        return sources;
    }

    // torch.nn.BatchNorm counts its batches, for those who ask for a cumulative average.
    private bool IsBatchCount(string name) => name.EndsWith(".num_batches_tracked", StringComparison.Ordinal)
        && Definition.Layers.Any(layer => layer.Kind == LayerKind.BatchNorm && name == layer.Name + ".num_batches_tracked");

    private static string? Mismatch(Parameter parameter, SafetensorsTensor tensor) =>
        !tensor.Shape.SequenceEqual(parameter.Shape.Select(size => (long)size))
            ? $"[{string.Join(", ", tensor.Shape)}] in the file, [{string.Join(", ", parameter.Shape)}] in the network"
            : tensor.IsFloat ? null : $"{tensor.Type} in the file; F32, F16, BF16 and F64 can be loaded";

    private static float[] Values(SafetensorsFile file, SafetensorsTensor tensor, string path)
    {
        var values = file.ReadFloats(tensor.Name);
        var bad = VectorMath.IndexOfNonFinite(values);
        return bad < 0
            ? values
            : throw new InvalidDataException(
                $"'{path}': element {bad} of '{tensor.Name}' is {values[bad]} in float32; all must be finite.");
    }

    private static string Hint(SafetensorsReport report) => report.Unexpected.Any(name => name.EndsWith("_orig", StringComparison.Ordinal))
        ? "\nThe file is of a network that PyTorch still prunes: call torch.nn.utils.prune.remove before saving it."
        : "\nRename in SafetensorsOptions maps names; Strict = false loads what fits.";
}
