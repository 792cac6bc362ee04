using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace CompileTime.Inference;

/// <summary>
/// Runs a network on one sample or many: checks the arguments, lends scratch memory, and leaves the arithmetic to the class that
/// was generated for the network, or to the reference interpreter. Thread-safe; generated code allocates nothing once
/// scratch memory exists.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract unsafe partial class InferenceEngine
{
    private readonly ScratchPool _scratch;
    private readonly bool _takesBytes;
    private AlignedMemory? _weights;
    private NetworkData? _batchData;
    private Func<NetworkData, InferenceEngine>? _createBatch;
    private InferenceEngine? _batch;
    private int _batchSamples = int.MaxValue;

    /// <summary>Describes the network.</summary>
    /// <param name="inputLength">Values of one sample.</param>
    /// <param name="outputLength">Values of one result.</param>
    /// <param name="scratchBytes">Memory that one prediction needs.</param>
    /// <param name="takesBytes">Whether the model says what stored bytes mean.</param>
    /// <param name="instructionSet">What the code was generated for.</param>
    protected InferenceEngine(int inputLength, int outputLength, int scratchBytes, bool takesBytes, InstructionSet instructionSet)
    {
        InputLength = inputLength;
        OutputLength = outputLength;
        InstructionSet = instructionSet;
        _takesBytes = takesBytes;
        _scratch = new ScratchPool(scratchBytes);
    }

    /// <summary>Values of one sample.</summary>
    public int InputLength { get; }

    /// <summary>Values of one result.</summary>
    public int OutputLength { get; }

    /// <summary>What the running code was generated for.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The packed weights: a header for each operator, then their blocks.</summary>
    protected byte* Weights => _weights!.Pointer;

    /// <summary>Predicts one sample.</summary>
    /// <param name="input">The sample: <see cref="InputLength"/> finite values.</param>
    /// <param name="output">Receives <see cref="OutputLength"/> values.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a value is NaN or infinite.</exception>
    public void Predict(ReadOnlySpan<float> input, Span<float> output)
    {
        CheckOne(input.Length, output.Length);
        RunAll(input, output, 1);
    }

    /// <summary>Predicts one sample of stored bytes.</summary>
    /// <param name="input">The sample: <see cref="InputLength"/> bytes.</param>
    /// <param name="output">Receives <see cref="OutputLength"/> values.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Predict(ReadOnlySpan<byte> input, Span<float> output)
    {
        CheckOne(input.Length, output.Length);
        RunAll(input, output, 1);
    }

    /// <summary>Predicts any whole number of samples, one after the other.</summary>
    /// <param name="inputs">Samples, each <see cref="InputLength"/> finite values.</param>
    /// <param name="outputs">Receives <see cref="OutputLength"/> values for each.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a value is NaN or infinite.</exception>
    public void PredictBatch(ReadOnlySpan<float> inputs, Span<float> outputs) =>
        RunAll(inputs, outputs, CheckMany(inputs.Length, outputs.Length));

    /// <summary>Predicts any whole number of samples of stored bytes, one after the other.</summary>
    /// <param name="inputs">Samples, each <see cref="InputLength"/> bytes.</param>
    /// <param name="outputs">Receives <see cref="OutputLength"/> values for each.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void PredictBatch(ReadOnlySpan<byte> inputs, Span<float> outputs) =>
        RunAll(inputs, outputs, CheckMany(inputs.Length, outputs.Length));

    /// <summary>Takes the weights as they are to be kept while this engine lives.</summary>
    /// <param name="packer">The weights of all layers, packed.</param>
    protected void Use(Packer packer) => _weights = packer.Finish();

    /// <summary>Says what runs many samples at once. It is made when it is needed for the first time.</summary>
    /// <param name="data">The weights of this engine.</param>
    /// <param name="samples">Samples that it takes at once, as one long sample.</param>
    /// <param name="create">Makes it.</param>
    public InferenceEngine With(NetworkData data, int samples, Func<NetworkData, InferenceEngine> create)
    {
        (_batchData, _batchSamples, _createBatch) = (data, samples, create);
        return this;
    }

    /// <summary>One sample; false when one of its values is not finite.</summary>
    protected abstract bool Run(float* input, float* output, byte* scratch);

    /// <summary>One sample from stored bytes.</summary>
    protected abstract void Run(byte* input, float* output, byte* scratch);

    // Inlined to here, since a small network takes no longer than a few calls do; the native compiler has no profile that would tell.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RunAll(ReadOnlySpan<float> input, Span<float> output, int samples)
    {
        int bad;
        fixed (float* source = input)
        fixed (float* result = output)
            bad = RunMany(source, result, samples);
        GC.KeepAlive(this);
        if (bad >= 0)
            throw NotFinite(input, bad);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RunAll(ReadOnlySpan<byte> input, Span<float> output, int samples)
    {
        CheckBytes();
        fixed (byte* source = input)
        fixed (float* result = output)
            RunMany(source, result, samples);
        GC.KeepAlive(this);
    }

    // The first sample with a value that is not finite, where it ends; -1 if there is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int RunMany(float* input, float* output, int samples)
    {
        // Making the engine of batches may fail, and nothing may be rented then.
        var done = samples < _batchSamples ? 0 : RunBatches(input, output, samples);
        var scratch = _scratch.Rent();
        var bad = -1;
        for (var i = done; i < samples && bad < 0; i++)
        {
            if (!Run(input + ((long)i * InputLength), output + ((long)i * OutputLength), scratch.Pointer))
                bad = i;
        }

        _scratch.Return(scratch);
        return bad;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RunMany(byte* input, float* output, int samples)
    {
        var done = samples < _batchSamples ? 0 : RunBatches(input, output, samples);
        var scratch = _scratch.Rent();
        for (var i = done; i < samples; i++)
            Run(input + ((long)i * InputLength), output + ((long)i * OutputLength), scratch.Pointer);
        _scratch.Return(scratch);
    }

    // By itself: what the lambda captures would be allocated in every call.
    private InferenceEngine MakeBatch() => LazyInitializer.EnsureInitialized(ref _batch, () => _createBatch!(_batchData!));

    // As many as there are whole batches of; how many were done. A batch with a value that is not finite is left to the single samples.
    private int RunBatches<T>(T* inputs, float* outputs, int samples)
        where T : unmanaged
    {
        var engine = Volatile.Read(ref _batch) ?? MakeBatch();
        var scratch = engine._scratch.Rent();
        var done = 0;
        for (var isGood = true; isGood && samples - done >= _batchSamples;)
        {
            var from = inputs + ((long)done * InputLength);
            var to = outputs + ((long)done * OutputLength);
            if (typeof(T) == typeof(float))
                isGood = engine.Run((float*)from, to, scratch.Pointer);
            else
                engine.Run((byte*)from, to, scratch.Pointer);
            done += isGood ? _batchSamples : 0;
        }

        engine._scratch.Return(scratch);
        return done;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckBytes()
    {
        if (!_takesBytes)
            throw NoBytes();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckOne(int input, int output)
    {
        if (input != InputLength || output != OutputLength)
            throw WrongLength(input, output);
    }

    private static InvalidOperationException NoBytes() =>
        new("The model does not say what stored bytes mean: give [Model(..., InputScale = ...)].");

    private ArgumentException WrongLength(int input, int output) => input != InputLength
        ? new($"The input has {input} values; one sample has {InputLength}. PredictBatch takes many.", nameof(input))
        : new($"The output has room for {output} values; one result has {OutputLength}.", nameof(output));

    private int CheckMany(int inputs, int outputs)
    {
        if (inputs % InputLength != 0)
            throw new ArgumentException($"The input has {inputs} values, which is no whole number of samples of {InputLength}.", nameof(inputs));
        var samples = inputs / InputLength;
        if (outputs != (long)samples * OutputLength)
        {
            throw new ArgumentException(
                $"The output has room for {outputs} values; {samples} sample(s) give {(long)samples * OutputLength}.", nameof(outputs));
        }

        return samples;
    }

    private ArgumentException NotFinite(ReadOnlySpan<float> input, int sample)
    {
        var values = input.Slice(sample * InputLength, InputLength);
        var at = 0;
        while (float.IsFinite(values[at]))
            at++;
        return new ArgumentException(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"Value {at} of sample {sample} is {values[at]}: only finite values can be quantized."), nameof(input));
    }
}
