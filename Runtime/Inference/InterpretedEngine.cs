using CompileTime.Models;
using CompileTime.Reference;

namespace CompileTime.Inference;

/// <summary>A network that no code was generated for: the reference interpreter. Exact, slow, allocating.</summary>
internal sealed unsafe class InterpretedEngine(QuantizedModel model, float? inputScale, float inputOffset)
    : InferenceEngine(model.InputLength, model.OutputLength, 0, inputScale is not null, InstructionSet.Portable)
{
    protected override bool Run(float* input, float* output, byte* scratch)
    {
        var values = new ReadOnlySpan<float>(input, InputLength);
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        Interpreter.Run(model, values, new Span<float>(output, OutputLength));
        return true;
    }

    protected override void Run(byte* input, float* output, byte* scratch)
    {
        var values = new float[InputLength];
        for (var i = 0; i < values.Length; i++)
            values[i] = QuantizedMath.FromByte(input[i], inputScale!.Value, inputOffset);
        Interpreter.Run(model, values, new Span<float>(output, OutputLength));
    }
}
