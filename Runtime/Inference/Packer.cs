using System.ComponentModel;
using System.Runtime.InteropServices;
using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>
/// Unpacks weights once into the layout that the kernels of one instruction set read. Generated code names the layout of each
/// layer; all sizes and indices are checked here (spans throughout), so that a damaged artifact can never reach a kernel.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial class Packer
{
    private readonly NetworkData _data;
    private readonly byte[]?[] _blocks;
    private readonly float[] _reciprocals;
    private readonly int[] _limits;

    /// <summary>Packs one network's weights.</summary>
    /// <param name="data">The weights and qparams of all operators.</param>
    public Packer(NetworkData data)
    {
        _data = data;
        _blocks = new byte[]?[data.Scales.Length];
        _reciprocals = new float[data.Scales.Length];
        _limits = new int[data.Scales.Length];
        _limits.AsSpan().Fill(byte.MaxValue);
    }

    /// <summary>A Linear or Conv2d whose every weight is multiplied; see DenseLayout.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">The operator whose value it reads.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="groups">Groups of the convolution.</param>
    /// <param name="inputs">Input channels of one group; features of a Linear.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="splitTaps">Whether each tap is a run of its own.</param>
    /// <param name="rowStep">Bytes of the input from one row of the kernel to the next.</param>
    /// <param name="columnStep">Bytes of the input from one column of the kernel to the next.</param>
    /// <param name="positions">Linear after Flatten: positions of the image, which is kept channels last; otherwise 1.</param>
    /// <param name="lanes">32-bit lanes of a vector.</param>
    /// <param name="tileVectors">Vectors of outputs in a tile.</param>
    /// <param name="addedSteps">Steps that the kernel adds in int16 at most: 1, 2 or 4.</param>
    /// <param name="hasLargeSteps">Whether larger inputs make the kernel slower only where they are.</param>
    public void Dense(int node, int input, int outputs, int groups, int inputs, int kernelHeight, int kernelWidth, bool splitTaps,
        int rowStep, int columnStep, int positions, int lanes, int tileVectors, int addedSteps, bool hasLargeSteps)
    {
        var layout = new DenseLayout(outputs, groups, inputs, kernelHeight, kernelWidth, splitTaps, lanes, tileVectors);
        var weights = Weights(node, (long)outputs * inputs * kernelHeight * kernelWidth);
        var block = Block(node, layout.Bytes);
        var step = new byte[tileVectors * lanes * DenseLayout.StepInputs];
        for (var group = 0; group < groups; group++)
        {
            var target = block.AsSpan(group * layout.GroupBytes, layout.GroupBytes);
            var first = group * layout.OutputsPerGroup;
            Constants(node, input, first..(first + layout.OutputsPerGroup), outputs, layout.PaddedOutputs, target);
            for (var tile = 0; tile < layout.Tiles; tile++)
            {
                var list = MemoryMarshal.Cast<byte, int>(target.Slice(layout.ListsOffset + (tile * layout.ListBytes), layout.ListBytes));
                var steps = target[(layout.WeightsOffset + (tile * layout.TileBytes))..];
                var used = step.AsSpan(0, layout.VectorsOf(tile) * lanes * DenseLayout.StepInputs);
                for (var i = 0; i < layout.Steps; i++)
                {
                    var (run, place) = (i / layout.StepsPerRun, i % layout.StepsPerRun * DenseLayout.StepInputs);
                    Gather(layout, weights, positions, first, tile, run, place, used);
                    if (!used.ContainsAnyExcept((byte)(sbyte)weights.ZeroPoint))
                        continue;
                    Limit(node, weights, MemoryMarshal.Cast<byte, sbyte>(used));
                    var row = splitTaps ? run / kernelWidth : run;
                    var column = splitTaps ? run % kernelWidth : 0;
                    used.CopyTo(steps[(list[2] * used.Length)..]);
                    list[DenseLayout.ListHeader + list[2]++] = (row * rowStep) + (column * columnStep) + place;
                }
            }
        }

        // Now that the limit of all single steps is known. Groups must not lower it, unless larger inputs cost little: then to what every
        // pair of weights has, and more steps find others.
        if (hasLargeSteps && addedSteps > 2 && _limits[node] < byte.MaxValue)
            _limits[node] = Math.Min(_limits[node], Saturation.PairLimit);
        for (var i = 0; addedSteps > 1 && weights.ZeroPoint == 0 && i < groups * layout.Tiles; i++)
        {
            var target = block.AsSpan(i / layout.Tiles * layout.GroupBytes, layout.GroupBytes);
            var tile = i % layout.Tiles;
            StepGroups.Arrange(
                MemoryMarshal.Cast<byte, int>(target.Slice(layout.ListsOffset + (tile * layout.ListBytes), layout.ListBytes)),
                MemoryMarshal.Cast<byte, sbyte>(target[(layout.WeightsOffset + (tile * layout.TileBytes))..]),
                layout.VectorsOf(tile) * lanes * DenseLayout.StepInputs, _limits[node], addedSteps);
        }

        _blocks[node] = block;
    }

    // The weights of one step of a tile, [output][4]; what lies outside the layer gets the zero point, which is worth nothing.
    private static void Gather(DenseLayout layout, LayerWeights weights, int positions, int firstOutput, int tile, int run, int place, Span<byte> step)
    {
        step.Fill((byte)(sbyte)weights.ZeroPoint);
        var perOutput = layout.Inputs * layout.KernelHeight * layout.KernelWidth;
        var output = tile * layout.TileVectors * layout.Lanes;
        var outputs = Math.Min(step.Length / DenseLayout.StepInputs, layout.OutputsPerGroup - output);
        var inputs = Math.Min(DenseLayout.StepInputs, layout.RunLength - place);
        for (var lane = 0; lane < outputs; lane++)
        {
            var row = weights.Values.Slice((firstOutput + output + lane) * perOutput, perOutput);
            for (var j = 0; j < inputs; j++)
                step[(lane * DenseLayout.StepInputs) + j] = (byte)row[layout.Source(run, place + j, positions)];
        }
    }

    /// <summary>
    /// Any Linear or Conv2d as a list of its non-zero weights, each with the place of its input relative to the window:
    /// <c>int start[out]; float bias[out]; float multiplier[out]; int first[out + 1]; (int offset, int weight)[]</c>.
    /// </summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">The operator whose value it reads.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="groups">Groups of the convolution.</param>
    /// <param name="inputs">Input channels of one group; features of a Linear.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="rowStep">Bytes from one row of the kernel to the next.</param>
    /// <param name="columnStep">Bytes from one column of the kernel to the next.</param>
    /// <param name="positions">Linear after Flatten: positions of the image, which is kept channels last; otherwise 1.</param>
    public void Nonzeros(int node, int input, int outputs, int groups, int inputs, int kernelHeight, int kernelWidth, int rowStep,
        int columnStep, int positions)
    {
        var layout = new DenseLayout(outputs, groups, inputs, kernelHeight, kernelWidth, SplitTaps: true, 1, 1);
        var taps = kernelHeight * kernelWidth;
        var weights = Weights(node, (long)outputs * inputs * taps);
        var nonzeros = 0;
        foreach (var value in weights.Values)
            nonzeros += value != weights.ZeroPoint ? 1 : 0;
        var block = Block(node, (16L * outputs) + 4 + (8L * nonzeros));
        Constants(node, input, ..outputs, outputs, outputs, block);
        var first = MemoryMarshal.Cast<byte, int>(block.AsSpan(12 * outputs, 4 * (outputs + 1)));
        var entries = MemoryMarshal.Cast<byte, (int Offset, int Weight)>(block.AsSpan((16 * outputs) + 4));
        var next = 0;
        for (var output = 0; output < outputs; output++)
        {
            var row = weights.Values.Slice(output * inputs * taps, inputs * taps);
            var channel = output / (outputs / groups) * inputs;
            first[output] = next;
            for (var run = 0; run < taps; run++)
            {
                for (var j = 0; j < inputs; j++)
                {
                    var weight = row[layout.Source(run, j, positions)] - weights.ZeroPoint;
                    if (weight != 0)
                        entries[next++] = ((run / kernelWidth * rowStep) + (run % kernelWidth * columnStep) + channel + j, weight);
                }
            }
        }

        first[outputs] = next;
        _blocks[node] = block;
    }

    /// <summary>A Linear or Conv2d of float values; see FloatLayout. int8 weights are dequantized.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="groups">Groups of the convolution.</param>
    /// <param name="inputs">Input channels of one group; features of a Linear.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="rowStep">Bytes of the input from one row of the kernel to the next.</param>
    /// <param name="columnStep">Bytes of the input from one column of the kernel to the next.</param>
    public void Float(int node, int outputs, int groups, int inputs, int kernelHeight, int kernelWidth, int rowStep, int columnStep)
    {
        var taps = kernelHeight * kernelWidth;
        var layout = new FloatLayout(outputs, groups, inputs * taps);
        var weights = _data.Weights[node] ?? throw new InvalidDataException($"Operator {node} has no weights.");
        var values = weights.ToFloat();
        if (values.Length != (long)outputs * layout.Terms)
            throw new InvalidDataException($"Operator {node} has {values.Length} weights instead of {(long)outputs * layout.Terms}.");
        var block = Block(node, layout.Bytes);
        for (var output = 0; output < outputs; output++)
        {
            var (group, lane) = (output / layout.OutputsPerGroup, output % layout.OutputsPerGroup);
            var target = MemoryMarshal.Cast<byte, float>(block.AsSpan()).Slice(group * layout.GroupElements, layout.GroupElements);
            var places = MemoryMarshal.Cast<float, int>(target.Slice(layout.PlacesOffset, layout.Terms));
            target[lane] = weights.Bias.Length == 0 ? 0 : weights.Bias[output];
            for (var i = 0; i < layout.Terms; i++)
            {
                var tap = i % taps;
                places[i] = (((tap / kernelWidth * rowStep) + (tap % kernelWidth * columnStep)) / sizeof(float)) + (i / taps);
                target[layout.WeightsOffset + (i * layout.PaddedOutputs) + lane] = values[(output * layout.Terms) + i];
            }
        }

        _blocks[node] = block;
    }

    /// <summary>A function of one byte: its table.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="input">The operator whose value it reads.</param>
    /// <param name="function">The function.</param>
    /// <param name="slope">Its parameter; 0 for none.</param>
    public void Table(int node, int input, ScalarFunction function, float slope)
    {
        var table = new byte[256];
        ScalarMath.FillTable(function, slope, _data.Scales[input], _data.ZeroPoints[input], _data.Scales[node], _data.ZeroPoints[node], table);
        _blocks[node] = table;
    }

    /// <summary>Headers and blocks in one piece of memory.</summary>
    internal unsafe AlignedMemory Finish()
    {
        var bytes = AlignedMemory.RoundUp((long)_blocks.Length * sizeof(NodeHeader));
        foreach (var block in _blocks)
            bytes += AlignedMemory.RoundUp(block?.LongLength ?? 0);
        var memory = new AlignedMemory(bytes);
        var offset = AlignedMemory.RoundUp((long)_blocks.Length * sizeof(NodeHeader));
        for (var i = 0; i < _blocks.Length; i++)
        {
            var header = (NodeHeader*)memory.Pointer + i;
            header->Block = offset - ((long)i * sizeof(NodeHeader));
            header->Scale = _data.Scales[i];
            header->InverseScale = 1f / _data.Scales[i];
            header->ZeroPoint = _data.ZeroPoints[i];
            if (_blocks[i] is not { } block)
                continue;
            header->WeightZeroPoint = _data.Weights[i]?.ZeroPoint ?? 0;
            header->Reciprocal = _reciprocals[i];
            header->FastLimit = _limits[i];
            block.CopyTo(new Span<byte>(memory.Pointer + offset, block.Length));
            offset += AlignedMemory.RoundUp(block.LongLength);
        }

        return memory;
    }

    /// <summary>
    /// start: what the sum begins with, minus the input's zero point times the sum of the weights; bias and multiplier: FBGEMM's
    /// output stage. With one scale for all weights the bias stays as it is and is scaled in the kernel. Dynamic layers know neither the
    /// input's zero point nor its scale yet: they get the sum, the weight's scale and the bias.
    /// </summary>
    private void Constants(int node, int input, Range range, int outputs, int padded, Span<byte> block)
    {
        var weights = _data.Weights[node]!;
        var perOutput = weights.Values.Length / outputs;
        var start = MemoryMarshal.Cast<byte, int>(block[..(4 * padded)]);
        var bias = MemoryMarshal.Cast<byte, float>(block.Slice(4 * padded, 4 * padded));
        var multiplier = MemoryMarshal.Cast<byte, float>(block.Slice(8 * padded, 4 * padded));
        var (first, count) = range.GetOffsetAndLength(outputs);
        for (var i = 0; i < count; i++)
        {
            var output = first + i;
            var sum = 0;
            foreach (var value in weights.Values.Slice(output * perOutput, perOutput))
                sum += value - weights.ZeroPoint;
            if (_data.IsDynamic[node])
            {
                start[i] = sum;
                multiplier[i] = weights.Scales[weights.Scales.Length == 1 ? 0 : output];
                bias[i] = weights.Bias.Length == 0 ? 0 : weights.Bias[output];
                continue;
            }

            start[i] = -_data.ZeroPoints[input] * sum;
            var scale = Requantization.AccumulatorScale(_data.Scales[input], weights.Scales[weights.Scales.Length == 1 ? 0 : output]);
            multiplier[i] = Requantization.Multiplier(scale, _data.Scales[node]);
            // Without a bias nothing is added, whatever the scales are.
            if (weights.Bias.Length == 0)
                continue;
            bias[i] = _data.IsPerChannel[node] ? Requantization.Bias(weights.Bias[output], scale) : weights.Bias[output];
            _reciprocals[node] = Requantization.Reciprocal(scale);
        }
    }

    // Affine weights are never multiplied as they are, so theirs stays what it was.
    private void Limit(int node, LayerWeights weights, ReadOnlySpan<sbyte> steps)
    {
        if (weights.ZeroPoint == 0)
            _limits[node] = Math.Min(_limits[node], Saturation.Limit(steps));
    }

    private static byte[] Block(int node, long bytes)
    {
        CheckSize(node, bytes);
        return new byte[bytes];
    }

    private static void CheckSize(int node, long bytes)
    {
        if (bytes > Array.MaxLength)
            throw new InvalidDataException($"The weights of operator {node} take {bytes} bytes as its kernel reads them, more than an array holds.");
    }

    private LayerWeights Weights(int node, long elements)
    {
        var weights = _data.Weights[node] ?? throw new InvalidDataException($"Operator {node} has no weights.");
        return weights.Values.Length == elements
            ? weights
            : throw new InvalidDataException($"Operator {node} has {weights.Values.Length} weights instead of {elements}.");
    }
}
