using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CompileTime.Models;
using CompileTime.Training;
using Microsoft.Win32.SafeHandles;

namespace CompileTime;

/// <summary>
/// A file of named tensors in the safetensors format: what <c>safetensors.torch.save_file</c> writes. The header is read and checked
/// when the file is opened; a tensor's data when it is asked for.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int PrefixLength = sizeof(ulong);

    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<string, SafetensorsTensor> _byName;
    private readonly long _dataStart;

    private SafetensorsFile(string path, SafeFileHandle handle)
    {
        (_path, _handle) = (path, handle);
        var length = RandomAccess.GetLength(handle);
        var prefix = new byte[PrefixLength];
        if (length < PrefixLength)
            throw Damaged($"it has {length} bytes, too few for a header");
        Read(prefix, 0);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > (ulong)Math.Min(length - PrefixLength, SafetensorsHeader.MaxLength))
            throw Damaged($"it announces a header of {headerLength} bytes, and has {length - PrefixLength} after that number");
        var header = new byte[headerLength];
        Read(header, PrefixLength);
        _dataStart = PrefixLength + header.Length;
        try
        {
            Tensors = SafetensorsHeader.Read(header, length - _dataStart);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(exception.Message);
        }

        _byName = Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>All tensors, in the order of their data.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>What the header says of a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidDataException">There is no such tensor.</exception>
    public SafetensorsTensor this[string name] => _byName.TryGetValue(name, out var tensor)
        ? tensor
        : throw new InvalidDataException($"'{_path}' has no tensor '{name}'; it has {string.Join(", ", _byName.Keys)}.");

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is not a safetensors file, was cut short, or contradicts itself.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var handle = File.OpenHandle(path);
        try
        {
            return new SafetensorsFile(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>A tensor's bytes as they are stored: row-major, little-endian.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidDataException">There is no such tensor, or it is too large for an array.</exception>
    public byte[] ReadBytes(string name)
    {
        var tensor = this[name];
        if (tensor.Length > Array.MaxLength)
            throw new InvalidDataException($"'{name}' of '{_path}' has {tensor.Length} bytes, more than an array can hold.");
        var bytes = new byte[tensor.Length];
        Read(bytes, _dataStart + tensor.Start);
        return bytes;
    }

    /// <summary>A tensor's elements in float32, row-major; those of F64 are rounded.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidDataException">No such tensor, too large, or <see cref="SafetensorsTensor.IsFloat"/> is false.</exception>
    public float[] ReadFloats(string name)
    {
        var tensor = this[name];
        if (!tensor.IsFloat)
            throw new InvalidDataException($"'{name}' of '{_path}' is {tensor.Type}: only F32, F16, BF16 and F64 can be read as float32.");
        var bytes = ReadBytes(name);
        var values = new float[bytes.Length / SafetensorsTensor.SizeOf(tensor.Type)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = tensor.Type switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * 4)),
                "F64" => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * 8)),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(i * 2)),
                _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * 2)) << 16),
            };
        }

        return values;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private void Read(Span<byte> destination, long offset)
    {
        while (destination.Length > 0)
        {
            var count = RandomAccess.Read(_handle, destination, offset);
            if (count == 0)
                throw Damaged("it became shorter while it was read");
            destination = destination[count..];
            offset += count;
        }
    }

    private InvalidDataException Damaged(string problem) => new($"'{_path}' is not a whole safetensors file: {problem}.");
}
