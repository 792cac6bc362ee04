using System.Buffers.Binary;
using System.Numerics;
using CompileTime.Shared;

namespace CompileTime.Models;

/// <summary>
/// The binary half of an artifact (<c>.ctw</c>), little-endian: the magic number, the version, then for every node with a weight, in order,
/// one byte for the encoding, the int8 weight, the float32 scales and the float32 bias. All lengths follow from the manifest. A weight is
/// stored dense, or, where that is smaller, as a bit per element (lowest bit first) and the elements that are not zero.
/// </summary>
internal static class WeightBlob
{
    public const int Version = 1;

    private const uint Magic = 0x57545443; // "CTTW"
    private const int HeaderBytes = 8;
    private const byte Dense = 0;
    private const byte Sparse = 1;

    public static byte[] Write(QuantizedModel model)
    {
        var length = (long)HeaderBytes;
        foreach (var node in model.Network.Nodes)
        {
            if (node.Weight is { } info)
                length += 1 + Math.Min(info.Elements, SparseBytes(info)) + FloatBytes(info);
        }

        var blob = new byte[checked((int)length)];
        BinaryPrimitives.WriteUInt32LittleEndian(blob, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(4), Version);
        var rest = blob.AsSpan(HeaderBytes);
        for (var i = 0; i < model.Weights.Count; i++)
        {
            if (model.Weights[i] is { } weights)
                rest = rest[WriteWeights(rest, model.Network.Nodes[i].Weight!, weights)..];
        }

        return blob;
    }

    /// <summary>
    /// Reads the weights of a network. No byte is trusted: what is returned agrees with the network in every length and count.
    /// </summary>
    /// <exception cref="InvalidDataException">The blob is damaged, or belongs to another network.</exception>
    public static QuantizedModel Read(QuantizedNetwork network, ReadOnlySpan<byte> blob)
    {
        if (blob.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(blob) != Magic)
            throw new InvalidDataException("The weights do not start as a CompileTime weight file does.");
        var version = BinaryPrimitives.ReadInt32LittleEndian(blob[4..]);
        if (version != Version)
            throw new InvalidDataException($"The weights are of version {version}; this library reads version {Version}.");
        var rest = blob[HeaderBytes..];
        var weights = new LayerWeights?[network.Nodes.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            if (network.Nodes[i].Weight is { } info)
                weights[i] = ReadWeights(ref rest, info, network.Nodes[i].Name);
        }

        return rest.IsEmpty
            ? new QuantizedModel(network, weights)
            : throw new InvalidDataException($"The weights are followed by {rest.Length} bytes that belong to nothing.");
    }

    private static long SparseBytes(WeightInfo info) => MaskBytes(info) + (long)info.Nonzeros;

    private static int MaskBytes(WeightInfo info) => (info.Elements + 7) / 8;

    private static int ScaleCount(WeightInfo info) => info.IsPerChannel ? info.Outputs : 1;

    private static int BiasCount(WeightInfo info) => info.HasBias ? info.Outputs : 0;

    private static long FloatBytes(WeightInfo info) => sizeof(float) * ((long)ScaleCount(info) + BiasCount(info));

    private static int WriteWeights(Span<byte> target, WeightInfo info, LayerWeights weights)
    {
        var isSparse = SparseBytes(info) < info.Elements;
        target[0] = isSparse ? Sparse : Dense;
        var position = 1;
        if (isSparse)
        {
            var mask = target.Slice(position, MaskBytes(info));
            position += mask.Length;
            for (var i = 0; i < weights.Values.Length; i++)
            {
                if (weights.Values[i] == info.ZeroPoint)
                    continue;
                mask[i / 8] |= (byte)(1 << (i % 8));
                target[position++] = (byte)weights.Values[i];
            }
        }
        else
        {
            foreach (var value in weights.Values)
                target[position++] = (byte)value;
        }

        foreach (var value in weights.Scales)
        {
            BinaryPrimitives.WriteSingleLittleEndian(target[position..], value);
            position += sizeof(float);
        }

        foreach (var value in weights.Bias)
        {
            BinaryPrimitives.WriteSingleLittleEndian(target[position..], value);
            position += sizeof(float);
        }

        return position;
    }

    private static LayerWeights ReadWeights(ref ReadOnlySpan<byte> rest, WeightInfo info, string name)
    {
        var encoding = Take(ref rest, 1, name)[0];
        var values = encoding switch
        {
            Dense => ReadDense(ref rest, info, name),
            Sparse => ReadSparse(ref rest, info, name),
            _ => throw new InvalidDataException($"The weights of '{name}' are damaged: there is no encoding {encoding}."),
        };
        var scales = ReadFloats(ref rest, ScaleCount(info), name);
        var bias = ReadFloats(ref rest, BiasCount(info), name);
        return new LayerWeights(values, scales, bias, info.ZeroPoint);
    }

    private static sbyte[] ReadDense(ref ReadOnlySpan<byte> rest, WeightInfo info, string name)
    {
        var bytes = Take(ref rest, info.Elements, name);
        var values = new sbyte[bytes.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = (sbyte)bytes[i];
        return values;
    }

    private static sbyte[] ReadSparse(ref ReadOnlySpan<byte> rest, WeightInfo info, string name)
    {
        var mask = Take(ref rest, MaskBytes(info), name);
        var kept = Take(ref rest, info.Nonzeros, name);
        var bits = 0;
        foreach (var part in mask)
            bits += BitOperations.PopCount(part);
        if (bits != kept.Length || (info.Elements % 8 != 0 && mask[^1] >> (info.Elements % 8) != 0))
            throw new InvalidDataException(
                $"The weights of '{name}' are damaged: the mask keeps {bits} of them, the manifest {kept.Length}.");
        var values = new sbyte[info.Elements];
        var next = 0;
        for (var i = 0; i < values.Length; i++)
            values[i] = (mask[i / 8] & (1 << (i % 8))) != 0 ? (sbyte)kept[next++] : (sbyte)info.ZeroPoint;
        return values;
    }

    private static float[] ReadFloats(ref ReadOnlySpan<byte> rest, int count, string name)
    {
        var bytes = Take(ref rest, sizeof(float) * (long)count, name);
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        return values;
    }

    // The length is compared before anything is allocated: a damaged manifest must not cost memory.
    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, long count, string name)
    {
        if (count > rest.Length)
            throw new InvalidDataException($"The weights of '{name}' are cut short: {count} bytes are missing, {rest.Length} are left.");
        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
