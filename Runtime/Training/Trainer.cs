using System.ComponentModel;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime;

/// <summary>
/// Trains a declared network in float32 on the CPU. The same seed, data and options give the same weights, bit for bit, on the same
/// machine, however many cores are free. Not for concurrent use: one thread at a time.
/// </summary>
public sealed partial class Trainer
{
    // Samples that Evaluate computes at a time: enough to use the caches, few enough for the memory of large networks.
    private const int EvaluationBatch = 64;

    private readonly int[] _sampleBuffer = new int[EvaluationBatch];
    private int _seed;
    private FitState _state = new();
    private OptimizerState? _optimizer;
    private int _fittingThread;

    /// <summary>Called by generated code: use <c>CreateTrainer</c> of the model's class.</summary>
    /// <param name="definition">The network as text.</param>
    /// <param name="seed">Decides the initial weights, the order of samples and dropout.</param>
    /// <exception cref="ArgumentException">The text is not that of a network.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Trainer(string definition, int seed)
    {
        ArgumentNullException.ThrowIfNull(definition);
        Definition = DefinitionText.Read(definition, 1, out var error)
            ?? throw new ArgumentException($"Line {error!.Line}, column {error.Column}: {error.Message}.", nameof(definition));
        Network = new FloatNetwork(Definition, seed);
        ParameterNames = Network.Parameters.Select(parameter => parameter.Name).ToArray();
        _seed = seed;
    }

    /// <summary>Number of trained weights and biases; running statistics do not count.</summary>
    public int ParameterCount => Network.Trained.Sum(parameter => parameter.Value.Length);

    /// <summary>PyTorch's names of all parameters and buffers (<c>0.weight</c>, <c>Stem.1.running_mean</c>), in the order of the
    /// layers.</summary>
    public IReadOnlyList<string> ParameterNames { get; }

    /// <summary>Whether any weight carries a pruning mask.</summary>
    public bool IsPruned => Network.Parameters.Any(parameter => parameter.Mask is not null);

    /// <summary>The share of pruned elements among all weights of Linear and Conv2d layers, in [0, 1].</summary>
    public double Sparsity
    {
        get
        {
            long pruned = 0;
            long all = 0;
            foreach (var layer in Definition.Layers.Where(layer => layer.HasWeight))
            {
                var weight = Network[layer.Name + ".weight"];
                all += weight.Value.Length;
                pruned += weight.Mask?.Count(kept => kept == 0) ?? 0;
            }

            return all == 0 ? 0 : (double)pruned / all;
        }
    }

    internal FloatNetwork Network { get; }

    internal NetworkDefinition Definition { get; }

    /// <summary>Tests the network in its current state: in float32, and since <see cref="PrepareQat"/> rounded as int8 will be.</summary>
    /// <param name="data">Samples of the model's input length.</param>
    /// <returns>
    /// With labels the accuracy, in [0, 1]: how often the largest output is the label's (the lowest index among equals). With targets the
    /// mean squared error.
    /// </returns>
    /// <exception cref="ArgumentException">The data is not for this model.</exception>
    /// <exception cref="InvalidOperationException">No batch has been trained since PrepareQat.</exception>
    public double Evaluate(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckThread(nameof(Evaluate));
        CheckObserved(nameof(Evaluate));
        data.CheckFits(Definition, nameof(data));
        var correct = 0;
        var error = 0.0;
        for (var start = 0; start < data.Count; start += EvaluationBatch)
        {
            var samples = _sampleBuffer.AsSpan(0, Math.Min(EvaluationBatch, data.Count - start));
            for (var i = 0; i < samples.Length; i++)
                samples[i] = start + i;
            Running.Reserve(samples.Length, training: false);
            LoadBatch(data, samples);
            Running.Forward(samples.Length);
            for (var i = 0; i < samples.Length; i++)
            {
                var output = Running.Output.Sample(i);
                if (data.HasLabels)
                    correct += VectorMath.ArgMax(output) == data.Label(samples[i]) ? 1 : 0;
                else
                    error += SquaredError(output, data.Target(samples[i]));
            }
        }

        return data.HasLabels ? (double)correct / data.Count : error / ((double)data.Count * data.TargetLength);
    }

    /// <summary>The network's output for one sample, computed as in <see cref="Evaluate"/>.</summary>
    /// <param name="input">The sample; images in CHW order. Finite.</param>
    /// <returns>A new array of the network's outputs.</returns>
    /// <exception cref="ArgumentException">The length is not the model's, or a value is NaN or infinite.</exception>
    public float[] Predict(ReadOnlySpan<float> input)
    {
        CheckThread(nameof(Predict));
        CheckObserved(nameof(Predict));
        if (input.Length != Definition.InputShape.Elements)
            throw new ArgumentException(
                $"{Definition.ModelName} takes {Definition.InputShape.Elements} values " +
                $"({Definition.InputShape}), but {input.Length} were given.", nameof(input));
        var bad = VectorMath.IndexOfNonFinite(input);
        if (bad >= 0)
            throw new ArgumentException($"Value {bad} of the input is {input[bad]}; all values must be finite.", nameof(input));
        return Running.Forward(input, 1).ToArray();
    }

    /// <summary>A copy of a parameter or buffer, row-major in PyTorch's layout.</summary>
    /// <param name="name">One of <see cref="ParameterNames"/>.</param>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    public float[] GetParameter(string name) => (float[])Network[name].Value.Clone();

    /// <summary>Sets a parameter or buffer, for example from another framework. Pruned elements stay zero.</summary>
    /// <param name="name">One of <see cref="ParameterNames"/>.</param>
    /// <param name="values">All elements, row-major in PyTorch's layout. Finite.</param>
    /// <exception cref="ArgumentException">There is no such parameter, the length differs, or a value is NaN or infinite.</exception>
    /// <exception cref="InvalidOperationException">A Fit is running.</exception>
    public void SetParameter(string name, ReadOnlySpan<float> values)
    {
        CheckIdle(nameof(SetParameter));
        var parameter = Network[name];
        if (values.Length != parameter.Value.Length)
            throw new ArgumentException(
                $"{name} has {parameter.Value.Length} elements ([{string.Join(", ", parameter.Shape)}]), but {values.Length} were given.",
                    nameof(values));
        var bad = VectorMath.IndexOfNonFinite(values);
        if (bad >= 0)
            throw new ArgumentException($"Element {bad} for {name} is {values[bad]}; all values must be finite.", nameof(values));
        values.CopyTo(parameter.Value);
        if (parameter.Mask is not null)
            VectorMath.ApplyMask(parameter.Mask, parameter.Value);
        OnTrained();
    }

    /// <summary>
    /// Writes everything that further training depends on: parameters, buffers, masks, the ranges of quantization-aware training, the
    /// optimizer's state, the place within the data.
    /// The file is written completely or not at all. Within a Fit it may be called from <see cref="FitOptions.Progress"/>.
    /// </summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <exception cref="InvalidOperationException">A Fit is running on another thread.</exception>
    public void SaveCheckpoint(string path)
    {
        CheckThread(nameof(SaveCheckpoint));
        new Checkpoint
        {
            Definition = DefinitionText.Write(Definition),
            Seed = _seed,
            State = _state,
            Values = Network.Parameters.Select(parameter => parameter.Value).ToArray(),
            Masks = Network.Parameters.Select(parameter => parameter.Mask).ToArray(),
            Optimizer = _optimizer,
            Qat = _qat?.Save(),
        }.Save(path);
    }

    /// <summary>
    /// Restores what <see cref="SaveCheckpoint"/> wrote, the seed included. Fit with <see cref="FitOptions.Resume"/> then goes on as if
    /// there had been no interruption. On an error nothing is changed.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is not a checkpoint of this network, or it was cut short or edited.</exception>
    /// <exception cref="InvalidOperationException">A Fit is running.</exception>
    public void LoadCheckpoint(string path)
    {
        CheckIdle(nameof(LoadCheckpoint));
        var checkpoint = Checkpoint.Load(path, Network);
        _qat = LoadQat(checkpoint, path);
        for (var i = 0; i < Network.Parameters.Count; i++)
            Network.Parameters[i].Mask = checkpoint.Masks[i];
        RestoreValues(checkpoint.Values);
        (_seed, _state, _optimizer) = (checkpoint.Seed, checkpoint.State, checkpoint.Optimizer);
        Network.Seed = _seed;
        Running.Seed = _seed;
        var isFitted = _qat?.IsFitted == true;
        OnTrained();
        if (_qat is not null)
            _qat.IsFitted = isFitted;
    }

    /// <summary>Called after weights have changed: what was derived from them no longer holds.</summary>
    partial void OnTrained();

    private void LoadBatch(Dataset data, ReadOnlySpan<int> samples)
    {
        for (var i = 0; i < samples.Length; i++)
            data.CopySample(samples[i], Definition, Running.Input.Sample(i));
    }

    private void RestoreValues(float[][] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = Network.Parameters[i];
            values[i].CopyTo(parameter.Value, 0);

            // The values may be from before the pruning.
            if (parameter.Mask is not null)
                VectorMath.ApplyMask(parameter.Mask, parameter.Value);
        }
    }

    private static double SquaredError(ReadOnlySpan<float> output, ReadOnlySpan<float> target)
    {
        var sum = 0.0;
        for (var i = 0; i < output.Length; i++)
            sum += ((double)output[i] - target[i]) * ((double)output[i] - target[i]);
        return sum;
    }

    private void CheckIdle(string method)
    {
        if (_fittingThread != 0)
            throw new InvalidOperationException($"{method} cannot be called while Fit is running: wait for it, or cancel it.");
    }

    // Between two batches the state is whole, which is when the progress is told, on the thread of Fit.
    private void CheckThread(string method)
    {
        if (_fittingThread != 0 && _fittingThread != Environment.CurrentManagedThreadId)
            throw new InvalidOperationException(
                $"{method} was called while Fit is running on another thread: call it from Progress, or wait.");
    }
}
