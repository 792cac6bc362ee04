using System.Buffers.Binary;
using CompileTime.Models.Coding;
using CompileTime.Shared;

namespace CompileTime.Models;

/// <summary>
/// The binary half of an artifact (<c>.ctw</c>): the magic number and the version, little-endian, then one entropy-coded stream of the
/// numbers of every node with a weight, in order: the float32 scales, the float32 bias, the int8 weight. All lengths follow from the
/// manifest. <see cref="WeightCoder"/> says how; docs/decisions.md why.
/// </summary>
internal static class WeightBlob
{
    public const int Version = 2;

    private const uint Magic = 0x57545443; // "CTTW"
    private const int HeaderBytes = 8;

    public static byte[] Write(QuantizedModel model) => Write(model, out _);

    /// <param name="model">The network.</param>
    /// <param name="bytesOfNodes">Per node the bytes that it takes: to the nearest byte, the header not counted.</param>
    public static byte[] Write(QuantizedModel model, out long[] bytesOfNodes)
    {
        var encoder = new RangeEncoder();
        var coder = new WeightCoder();
        bytesOfNodes = new long[model.Weights.Count];
        for (var i = 0; i < bytesOfNodes.Length; i++)
        {
            if (model.Weights[i] is not { } weights)
                continue;
            var before = encoder.Length;
            coder.Write(ref encoder, model.Network.Nodes[i].Weight!, weights);
            bytesOfNodes[i] = encoder.Length - before;
        }

        var stream = encoder.Finish();
        var blob = new byte[HeaderBytes + stream.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(blob, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(4), Version);
        stream.CopyTo(blob, HeaderBytes);
        return blob;
    }

    /// <summary>
    /// Reads the weights of a network. No byte is trusted: what is returned agrees with the network in every length and count, and memory
    /// is taken only in proportion to the blob.
    /// </summary>
    /// <exception cref="InvalidDataException">The blob is damaged, or belongs to another network.</exception>
    public static QuantizedModel Read(QuantizedNetwork network, ReadOnlySpan<byte> blob)
    {
        if (blob.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(blob) != Magic)
            throw new InvalidDataException("The weights do not start as a CompileTime weight file does.");
        var version = BinaryPrimitives.ReadInt32LittleEndian(blob[4..]);
        if (version != Version)
            throw new InvalidDataException($"The weights are of version {version}; this library reads version {Version}.");
        var stream = blob[HeaderBytes..];
        var numbers = network.Nodes.Sum(node => node.Weight is { } info ? info.Elements + (2L * info.Outputs) : 0);
        if (numbers > (long)stream.Length * WeightCoder.MaxNumbersPerByte)
            throw new InvalidDataException($"The weights are cut short: {stream.Length} bytes cannot hold {numbers} of them.");

        var decoder = new RangeDecoder(stream);
        var coder = new WeightCoder();
        var weights = new LayerWeights?[network.Nodes.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            if (network.Nodes[i].Weight is { } info)
                weights[i] = coder.Read(ref decoder, info);
        }

        decoder.Finish();
        return new QuantizedModel(network, weights);
    }
}
