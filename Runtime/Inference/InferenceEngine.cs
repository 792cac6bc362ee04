using System.ComponentModel;

namespace CompileTime.Inference;

/// <summary>
/// Runs a network on one sample or many: checks the arguments, lends scratch memory, and leaves the arithmetic to the class that
/// was generated for the network, or to the reference interpreter. Thread-safe; allocates nothing once scratch memory exists.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract unsafe class InferenceEngine
{
    private readonly ScratchPool _scratch;
    private readonly bool _takesBytes;

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

    /// <summary>Predicts any whole number of samples, one after the other.</summary>
    /// <param name="input">Samples, each <see cref="InputLength"/> values.</param>
    /// <param name="output">Results, each <see cref="OutputLength"/> values.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a value is not a number.</exception>
    public void Predict(ReadOnlySpan<float> input, Span<float> output)
    {
        var samples = CheckLengths(input.Length, output.Length);
        var scratch = _scratch.Rent();
        fixed (float* source = input)
        fixed (float* result = output)
        {
            for (var i = 0; i < samples; i++)
            {
                if (!Run(source + ((long)i * InputLength), result + ((long)i * OutputLength), scratch.Pointer))
                {
                    _scratch.Return(scratch);
                    throw NotANumber(input, i);
                }
            }
        }

        _scratch.Return(scratch);
    }

    /// <inheritdoc cref="Predict(ReadOnlySpan{float}, Span{float})"/>
    /// <exception cref="InvalidOperationException">The model does not say what bytes mean.</exception>
    public void Predict(ReadOnlySpan<byte> input, Span<float> output)
    {
        if (!_takesBytes)
            throw new InvalidOperationException("The model does not say what stored bytes mean: give [Model(..., InputScale = ...)].");
        var samples = CheckLengths(input.Length, output.Length);
        var scratch = _scratch.Rent();
        fixed (byte* source = input)
        fixed (float* result = output)
        {
            for (var i = 0; i < samples; i++)
                Run(source + ((long)i * InputLength), result + ((long)i * OutputLength), scratch.Pointer);
        }

        _scratch.Return(scratch);
    }

    /// <summary>One sample; false when one of its values is not a number.</summary>
    protected abstract bool Run(float* input, float* output, byte* scratch);

    /// <summary>One sample from stored bytes.</summary>
    protected abstract void Run(byte* input, float* output, byte* scratch);

    private int CheckLengths(int input, int output)
    {
        var samples = input / InputLength;
        if (samples == 0 || input % InputLength != 0)
            throw new ArgumentException($"The input has {input} values; one sample has {InputLength}.", nameof(input));
        if (output != (long)samples * OutputLength)
        {
            throw new ArgumentException(
                $"The output has room for {output} values; {samples} sample(s) give {(long)samples * OutputLength}.", nameof(output));
        }

        return samples;
    }

    private ArgumentException NotANumber(ReadOnlySpan<float> input, int sample)
    {
        var values = input.Slice(sample * InputLength, InputLength);
        var at = 0;
        while (!float.IsNaN(values[at]))
            at++;
        return new ArgumentException($"Value {at} of sample {sample} is not a number (NaN).", nameof(input));
    }
}
