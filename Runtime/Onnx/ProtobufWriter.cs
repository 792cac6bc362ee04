using System.Buffers.Binary;
using System.Text;

namespace CompileTime.Onnx;

/// <summary>
/// The wire format of protocol buffers, as far as ONNX needs it: varints, floats, and fields with a length (texts, bytes, messages).
/// </summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private readonly MemoryStream _stream = new();

    public void Write(int field, long value)
    {
        Number(((ulong)field << 3) | Varint);
        Number((ulong)value);
    }

    public void Write(int field, float value)
    {
        Number(((ulong)field << 3) | Fixed32);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _stream.Write(bytes);
    }

    public void Write(int field, string text) => Write(field, Encoding.UTF8.GetBytes(text));

    public void Write(int field, ReadOnlySpan<byte> bytes)
    {
        Number(((ulong)field << 3) | LengthDelimited);
        Number((ulong)bytes.Length);
        _stream.Write(bytes);
    }

    /// <summary>A message within this one.</summary>
    public void Write(int field, Action<ProtobufWriter> message)
    {
        var inner = new ProtobufWriter();
        message(inner);
        Write(field, inner._stream.GetBuffer().AsSpan(0, (int)inner._stream.Length));
    }

    public void CopyTo(Stream target) => _stream.WriteTo(target);

    private void Number(ulong value)
    {
        while (value > 0x7f)
        {
            _stream.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        _stream.WriteByte((byte)value);
    }
}
