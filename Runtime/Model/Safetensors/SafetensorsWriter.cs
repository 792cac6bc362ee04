using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using CompileTime.Training;

namespace CompileTime.Models;

/// <summary>Writes float32 tensors as a safetensors file that PyTorch loads.</summary>
internal static class SafetensorsWriter
{
    // The data begins at a multiple of it, so that whoever maps the file can use the numbers in place.
    private const int Alignment = 8;

    /// <exception cref="IOException">The file cannot be written; what was there before stays.</exception>
    public static void Write(string path, IReadOnlyList<(string Name, int[] Shape, float[] Values)> tensors)
    {
        var header = Header(tensors);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> number = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(number, (ulong)header.Length);
            stream.Write(number);
            stream.Write(header);
            foreach (var (_, _, values) in tensors)
            {
                foreach (var value in values)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(number, value);
                    stream.Write(number[..sizeof(float)]);
                }
            }
        });
    }

    private static byte[] Header(IReadOnlyList<(string Name, int[] Shape, float[] Values)> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            var end = 0L;
            foreach (var (name, shape, values) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                WriteNumbers(json, "shape", shape.Select(size => (long)size));
                WriteNumbers(json, "data_offsets", [end, end += (long)values.Length * sizeof(float)]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        var padding = (Alignment - (buffer.WrittenCount % Alignment)) % Alignment;
        return [.. buffer.WrittenSpan, .. Enumerable.Repeat((byte)' ', padding)];
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
