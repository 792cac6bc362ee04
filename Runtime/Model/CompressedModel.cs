using System.Globalization;
using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime;

/// <summary>
/// A converted network: int8 weights, quantization parameters and the declaration they belong to. <see cref="Save"/> writes what the
/// next build compiles into the class. Predictions here run in the reference interpreter: exact, but not fast,
/// and not without allocations.
/// </summary>
public sealed partial class CompressedModel
{
    private readonly NetworkDefinition _definition;

    internal CompressedModel(NetworkDefinition definition, QuantizedModel model, CompressionOrigin? origin)
    {
        _definition = definition;
        Model = model;
        _origin = origin;
    }

    /// <summary>Full name of the class that declares the network.</summary>
    public string ModelName => _definition.ModelName;

    /// <summary>Elements of one input sample.</summary>
    public int InputLength => Model.InputLength;

    /// <summary>Elements of one result.</summary>
    public int OutputLength => Model.OutputLength;

    /// <summary>
    /// What <see cref="ConvertOptions"/> did: which layers were equalized and why others were not, what a search gained, how far biases
    /// moved. Empty for a model that was loaded.
    /// </summary>
    public IReadOnlyList<string> ConversionNotes { get; internal init; } = [];

    internal QuantizedModel Model { get; }

    internal NetworkDefinition Definition => _definition;

    /// <summary>Null for a model that was loaded.</summary>
    internal CompressionOrigin? Origin => _origin;

    /// <summary>
    /// Reads an artifact. It takes as much memory as the network that it describes, which may be far larger than the file: up to 1 GB for
    /// the weights and 1 GB for the values. More is refused.
    /// </summary>
    /// <param name="path">Path of the manifest (<c>.ctm</c>); the weights (<c>.ctw</c>) stand beside it.</param>
    /// <exception cref="FileNotFoundException">The manifest or the weights are missing.</exception>
    /// <exception cref="InvalidDataException">They are damaged, or do not belong together; the message says where.</exception>
    public static CompressedModel Load(string path)
    {
        var artifact = ArtifactReader.Read(path);

        // The shapes have been compared by ManifestText.
        if ((artifact.Manifest.Definition.Output.Kind == LayerKind.Softmax) != artifact.Model.Network.Softmax)
            throw new InvalidDataException($"'{path}': the quantized network is not one of the definition: only one of them has a Softmax.");
        return new CompressedModel(artifact.Manifest.Definition, artifact.Model, origin: null)
        {
            _validationSamples = artifact.Manifest.ValidationSamples,
            _validation = artifact.Manifest.Validation,
        };
    }

    /// <summary>
    /// Writes <c>path.ctw</c> (weights) and <c>path.ctm</c> (everything else, as text), and creates the directory. Both are complete
    /// or what was there before stays.
    /// </summary>
    /// <param name="pathWithoutExtension">For example <c>Models/DigitMlp</c>.</param>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public void Save(string pathWithoutExtension)
    {
        var (manifest, blob) = Artifact.Write(_definition, Model, _validationSamples, _validation);
        ArtifactWriter.Write(pathWithoutExtension, manifest, blob);
    }

    /// <summary><c>Demo.DigitLeNet: 1x28x28 to 10, 61,470 weights in 5 layers, 24,588 of them not zero</c>, as converted.</summary>
    public override string ToString()
    {
        var weights = Model.Network.Nodes.Where(node => node.Weight is not null).Select(node => node.Weight!).ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"{ModelName}: {Model.Network.Input.Shape} to {Model.Network.Output.Shape}, ")
            + string.Create(CultureInfo.InvariantCulture, $"{weights.Sum(weight => (long)weight.Elements):N0} weights in {weights.Count} ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{(weights.Count == 1 ? "layer" : "layers")}, {weights.Sum(weight => (long)weight.Nonzeros):N0} of them not zero");
    }

    /// <summary>Predicts one sample.</summary>
    /// <param name="input">The sample; <see cref="InputLength"/> finite values, channel by channel.</param>
    /// <param name="output">Receives <see cref="OutputLength"/> values.</param>
    /// <exception cref="ArgumentException">A wrong length, or a NaN or infinite value.</exception>
    public void Predict(ReadOnlySpan<float> input, Span<float> output) => Interpreter.Run(Model, input, output);

    /// <summary>Predicts one sample of stored bytes; <c>[Model(InputScale, InputOffset)]</c> says what they mean.</summary>
    /// <param name="input">The sample; <see cref="InputLength"/> bytes, channel by channel.</param>
    /// <param name="output">Receives <see cref="OutputLength"/> values.</param>
    /// <exception cref="ArgumentException">A wrong length.</exception>
    /// <exception cref="InvalidOperationException">The model does not say what bytes mean.</exception>
    public void Predict(ReadOnlySpan<byte> input, Span<float> output)
    {
        if (_definition.InputScale is not { } scale)
            throw new InvalidOperationException(
                $"{ModelName} takes float values: bytes need [Model(..., InputScale = ...)] that says what they mean.");
        if (input.Length != InputLength)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The input must have {InputLength} elements, not {input.Length}."), nameof(input));
        var values = new float[input.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = QuantizedMath.FromByte(input[i], scale, _definition.InputOffset);
        Predict(values, output);
    }
}
