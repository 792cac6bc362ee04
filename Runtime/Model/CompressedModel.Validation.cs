using System.Text;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime;

public sealed partial class CompressedModel
{
    private readonly CompressionOrigin? _origin;
    private int _validationSamples;
    private IReadOnlyList<ValidationEntry> _validation = [];

    /// <summary>
    /// Measures the network on a test set in all its stages: float (before the first Prune), pruned (the float network that was converted)
    /// and int8. The accuracies are remembered, and <see cref="Save"/> writes them to the manifest. A model that was loaded from a file has
    /// no float stages; after quantization-aware training they are the network as it was before <see cref="Trainer.PrepareQat"/>. All cores
    /// are used; the result does not depend on how many there are.
    /// </summary>
    /// <param name="test">Samples that were not trained with.</param>
    /// <exception cref="ArgumentException">The samples are not for this model.</exception>
    public ValidationReport Validate(Dataset test)
    {
        ArgumentNullException.ThrowIfNull(test);
        test.CheckFits(_definition, nameof(test));
        var before = FloatMetric(_origin is { IsPruned: false } ? _origin.Parameters : _origin?.Baseline, test);
        var pruned = FloatMetric(_origin is { IsPruned: true } ? _origin.Parameters : null, test);
        var int8 = Int8Metric(test);
        if (test.HasLabels)
        {
            (string Name, double? Metric)[] stages = [("float", before), ("pruned", pruned), ("int8", int8)];
            _validation = [.. stages.Where(stage => stage.Metric is not null)
                .Select(stage => new ValidationEntry(stage.Name, stage.Metric!.Value))];
            _validationSamples = test.Count;
        }

        // With what was just measured in it, as Save would write it now.
        var (manifest, blob) = Artifact.Write(_definition, Model, _validationSamples, _validation);
        var layers = Layers();
        return new ValidationReport
        {
            ModelName = ModelName,
            IsClassification = test.HasLabels,
            Samples = test.Count,
            IsFloatKnown = _origin is not null,
            IsPruned = _origin?.IsPruned ?? false,
            Float = before,
            Pruned = pruned,
            Int8 = int8,
            Parameters = layers.Sum(layer => layer.Parameters),
            BlobBytes = blob.Length,
            ManifestBytes = Encoding.UTF8.GetByteCount(manifest),
            Work = Work(),
            Layers = [.. layers.Where(layer => layer.Density is not null).Select(layer => layer.Density!)],
        };
    }

    private double? FloatMetric(IReadOnlyDictionary<string, float[]>? parameters, Dataset test)
    {
        if (parameters is null)
            return null;
        var trainer = new Trainer(DefinitionText.Write(_definition), seed: 0);
        foreach (var (name, values) in parameters)
            trainer.SetParameter(name, values);
        return trainer.Evaluate(test);
    }

    // Every sample has its own place in the array, which is summed in order: the same bits on any number of threads.
    private double Int8Metric(Dataset test)
    {
        var scores = new double[test.Count];
        Parallel.For(0, test.Count, () => (new float[InputLength], new float[OutputLength]), (sample, _, buffers) =>
        {
            var (input, output) = buffers;
            test.CopySample(sample, _definition, input);
            Interpreter.Run(Model, input, output);
            scores[sample] = test.HasLabels ? VectorMath.ArgMax(output) == test.Label(sample) ? 1 : 0
                : SquaredError(output, test.Target(sample));
            return buffers;
        }, _ => { });
        return scores.Sum() / (test.HasLabels ? test.Count : (double)test.Count * test.TargetLength);
    }

    private static double SquaredError(ReadOnlySpan<float> output, ReadOnlySpan<float> target)
    {
        var sum = 0.0;
        for (var i = 0; i < output.Length; i++)
            sum += ((double)output[i] - target[i]) * ((double)output[i] - target[i]);
        return sum;
    }

    /// <summary>Trained parameters per declared layer, and what is left of the weights.</summary>
    private List<(long Parameters, LayerDensity? Density)> Layers()
    {
        var result = new List<(long, LayerDensity?)>();
        _ = WeightBlob.Write(Model, out var bytesOfNodes);
        var nodes = Model.Network.Nodes.Select((node, index) => (Node: node, Index: index, Bytes: bytesOfNodes[index]))
            .Where(node => node.Node.Weight is not null).ToDictionary(node => node.Node.Name, StringComparer.Ordinal);
        foreach (var layer in _definition.Layers)
        {
            if (layer.Kind == LayerKind.BatchNorm)
            {
                result.Add((2L * layer.OutputShape.Channels, null));
            }
            else if (layer.HasWeight)
            {
                // As declared: of the converted network whole channels and layers may have been removed.
                var weights = layer.WeightShape.Aggregate(1L, (product, size) => product * size);
                int? kept = _origin?.Parameters[layer.Name + ".weight"].Count(value => value != 0);
                var parameters = weights + (layer.Bias ? layer.OutputShape.Channels : 0);
                var (node, index, bytes) = nodes.GetValueOrDefault(layer.Name);
                var empty = node is null ? null : PackingFacts.EmptyBlocks(Model, index);
                result.Add((parameters, new LayerDensity(layer.Name, layer.Kind.ToString(), weights, kept, node?.Weight!.Nonzeros ?? 0)
                {
                    FloatBytes = parameters * sizeof(float),
                    ShippedBytes = bytes,
                    Blocks = empty is null ? 0 : DenseLayout.Blocks(node!).BlockCount,
                    EmptyBlocks = empty ?? 0,
                }));
            }
        }

        return result;
    }
}
