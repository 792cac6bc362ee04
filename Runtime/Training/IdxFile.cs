using System.Buffers.Binary;
using System.IO.Compression;

namespace CompileTime.Training;

/// <summary>
/// The IDX format of MNIST: two zero bytes, a type (8: unsigned byte), the number of dimensions, each dimension as a big-endian
/// int32, the values. Nothing is believed until the file's length agrees.
/// </summary>
internal static class IdxFile
{
    private const byte UnsignedByte = 8;

    public static (int[] Dimensions, byte[] Values) Read(string path, int leastDimensions, int mostDimensions, string what)
    {
        var content = File.ReadAllBytes(path);
        if (content is [0x1F, 0x8B, ..])
            content = Unzip(content, path);
        if (content.Length < 4 || content[0] != 0 || content[1] != 0)
            throw new InvalidDataException($"'{path}' is not an IDX file: it does not start with two zero bytes and a type.");
        if (content[2] != UnsignedByte)
            throw new InvalidDataException($"'{path}' holds values of IDX type 0x{content[2]:X2}; {what} must be unsigned bytes (0x08).");
        var rank = content[3];
        if (rank < leastDimensions || rank > mostDimensions)
            throw new InvalidDataException(
                $"'{path}' has {rank} dimensions, which is not an IDX file of {what}; were images and labels confused?");
        var header = 4 + (4 * rank);
        if (content.Length < header)
            throw new InvalidDataException($"'{path}' is cut short: its header takes {header} bytes, it has {content.Length}.");
        var dimensions = new int[rank];
        long values = 1;
        for (var i = 0; i < rank; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(4 + (4 * i)));
            if (dimensions[i] <= 0 || (values *= dimensions[i]) > int.MaxValue)
                throw new InvalidDataException($"'{path}' has impossible dimensions: number {i + 1} of {rank} is {dimensions[i]}.");
        }

        if (content.Length - header != values)
        {
            throw new InvalidDataException(
                $"'{path}' says it holds {string.Join(" x ", dimensions)} = {values} values but has {content.Length - header}: " +
                (content.Length - header < values ? "it is cut short." : "it has data after its end."));
        }

        return (dimensions, content[header..]);
    }

    private static byte[] Unzip(byte[] content, string path)
    {
        try
        {
            using var zip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            zip.CopyTo(plain);
            return plain.ToArray();
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"'{path}' is a damaged gzip file: {exception.Message}", exception);
        }
    }
}
