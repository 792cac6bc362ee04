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

    // Before anything was read; all of most files.
    private const int FirstRoom = 1 << 20;

    public static (int[] Dimensions, byte[] Values) Read(string path, int leastDimensions, int mostDimensions, string what)
    {
        using var file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[2];
        var isZipped = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
        file.Position = 0;
        if (!isZipped)
            return Read(file, path, leastDimensions, mostDimensions, what);
        try
        {
            using var zip = new GZipStream(file, CompressionMode.Decompress);
            return Read(zip, path, leastDimensions, mostDimensions, what);
        }
        catch (InvalidDataException exception) when (!exception.Message.StartsWith($"'{path}'", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"'{path}' is a damaged gzip file: {exception.Message}", exception);
        }
    }

    private static (int[] Dimensions, byte[] Values) Read(Stream stream, string path, int leastDimensions, int mostDimensions, string what)
    {
        var start = new byte[4];
        if (stream.ReadAtLeast(start, 4, throwOnEndOfStream: false) < 4 || start[0] != 0 || start[1] != 0)
            throw new InvalidDataException($"'{path}' is not an IDX file: it does not start with two zero bytes and a type.");
        if (start[2] != UnsignedByte)
            throw new InvalidDataException($"'{path}' holds values of IDX type 0x{start[2]:X2}; {what} must be unsigned bytes (0x08).");
        var rank = start[3];
        if (rank < leastDimensions || rank > mostDimensions)
            throw new InvalidDataException(
                $"'{path}' has {rank} dimensions, which is not an IDX file of {what}; were images and labels confused?");
        var header = new byte[4 * rank];
        var present = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (present < header.Length)
            throw new InvalidDataException($"'{path}' is cut short: its header takes {4 + header.Length} bytes, it has {4 + present}.");
        var dimensions = new int[rank];
        long count = 1;
        for (var i = 0; i < rank; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 * i));
            if (dimensions[i] <= 0 || (count *= dimensions[i]) > Array.MaxLength)
                throw new InvalidDataException($"'{path}' has impossible dimensions: number {i + 1} of {rank} is {dimensions[i]}.");
        }

        var values = ReadValues(stream, (int)count);
        if (values.Length < count || stream.ReadByte() >= 0)
        {
            throw new InvalidDataException($"'{path}' says it holds {string.Join(" x ", dimensions)} = {count} values but "
                + (values.Length < count ? $"has {values.Length}: it is cut short." : "has more: it has data after its end."));
        }

        return (dimensions, values);
    }

    // Room grows with what is there, up to what was announced: neither a lie in the header nor a file that unpacks to gigabytes takes more.
    private static byte[] ReadValues(Stream stream, int count)
    {
        var values = new byte[Math.Min(count, FirstRoom)];
        for (var read = 0; ;)
        {
            read += stream.ReadAtLeast(values.AsSpan(read), values.Length - read, throwOnEndOfStream: false);
            if (read < values.Length)
                return values[..read];
            if (read == count)
                return values;
            Array.Resize(ref values, (int)Math.Min(count, 4L * read));
        }
    }
}
