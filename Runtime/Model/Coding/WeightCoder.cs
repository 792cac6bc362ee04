using CompileTime.Shared;

namespace CompileTime.Models.Coding;

/// <summary>
/// The order in which the numbers of layers are coded; encoder and decoder go through the same code. What is learnt in one layer is the
/// start of the next.
/// </summary>
internal sealed class WeightCoder
{
    /// <summary>
    /// More numbers than a byte can hold: each costs a decision whose probability is at most 1 - MinProbability / 65536.
    /// </summary>
    public const int MaxNumbersPerByte = 16384;

    private readonly FloatModel _scales = new();
    private readonly FloatModel _biases = new();
    private readonly FloatModel _floats = new();
    private ZeroModel _zeros = new();
    private ValueModel _values = new();

    /// <summary>Writes the numbers of a layer: the weights as they are when modelling them does not pay.</summary>
    public void Write(ref RangeEncoder encoder, WeightInfo info, LayerWeights weights)
    {
        CodeFloats(ref encoder, [.. weights.Scales], [.. weights.Bias]);
        if (info.IsFloat)
        {
            _floats.Code(ref encoder, [.. weights.FloatValues]);
            return;
        }

        var values = weights.ValuesArray.AsSpan().ToArray();
        var (zeros, learnt) = (_zeros.Copy(), _values.Copy());
        var trial = new RangeEncoder();
        CodeModelled(ref trial, info, values, weights.Scales);
        (_zeros, _values) = (zeros, learnt);
        if (encoder.CodeRaw(trial.Length < values.Length ? 1 : 0, 1) != 0)
            CodeModelled(ref encoder, info, values, weights.Scales);
        else
            CodeAsTheyAre(ref encoder, values);
    }

    /// <summary>Reads the numbers of a layer.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public LayerWeights Read(ref RangeDecoder decoder, WeightInfo info)
    {
        var scales = new float[info.IsFloat ? 0 : info.IsPerChannel ? info.Outputs : 1];
        var bias = new float[info.HasBias ? info.Outputs : 0];
        CodeFloats(ref decoder, scales, bias);
        if (info.IsFloat)
        {
            var floats = new float[info.Elements];
            _floats.Code(ref decoder, floats);
            return new LayerWeights(floats, bias);
        }

        var values = new sbyte[info.Elements];
        if (decoder.CodeRaw(0, 1) != 0)
            CodeModelled(ref decoder, info, values, scales);
        else
            CodeAsTheyAre(ref decoder, values);
        return new LayerWeights(values, scales, bias, info.ZeroPoint);
    }

    private void CodeFloats<T>(ref T coder, Span<float> scales, Span<float> bias)
        where T : struct, IBitCoder, allows ref struct
    {
        _scales.Code(ref coder, scales);
        _biases.Code(ref coder, bias);
    }

    private void CodeModelled<T>(ref T coder, WeightInfo info, Span<sbyte> values, ReadOnlySpan<float> scales)
        where T : struct, IBitCoder, allows ref struct
    {
        var columns = values.Length / info.Outputs;
        var kernel = info.Dimensions.Count == 4 ? info.Dimensions[2] * info.Dimensions[3] : 1;
        _zeros.Start(columns, kernel, values.Length, info.Nonzeros);
        _values.Start(columns, scales);
        for (var output = 0; output < info.Outputs; output++)
        {
            _zeros.StartRow();
            _values.StartRow(scales[scales.Length == 1 ? 0 : output]);
            var row = values.Slice(output * columns, columns);
            for (var column = 0; column < row.Length; column++)
            {
                var difference = row[column] - info.ZeroPoint;
                var left = _zeros.Left(column);
                difference = _zeros.Code(ref coder, column, difference != 0 ? 1 : 0) != 0
                    ? _values.Code(ref coder, column, left, difference)
                    : 0;
                row[column] = ToSByte(difference + info.ZeroPoint);
            }
        }
    }

    private static void CodeAsTheyAre<T>(ref T coder, Span<sbyte> values)
        where T : struct, IBitCoder, allows ref struct
    {
        foreach (ref var value in values)
            value = (sbyte)coder.CodeRaw((byte)value, 8);
    }

    private static sbyte ToSByte(int value) => value is >= sbyte.MinValue and <= sbyte.MaxValue
        ? (sbyte)value
        : throw new InvalidDataException($"The coded weights are damaged: {value} is not an int8.");
}
