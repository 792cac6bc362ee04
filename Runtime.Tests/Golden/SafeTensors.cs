using System.Buffers.Binary;
using System.Text.Json;

namespace CompileTime.Tests.Golden;

/// <summary>Reads a safetensors file: the length of the header (u64, little-endian), a JSON header, the data.</summary>
internal sealed class SafeTensors
{
    private readonly byte[] _file;
    private readonly JsonElement _header;
    private readonly int _dataStart;

    public SafeTensors(string path)
    {
        _file = File.ReadAllBytes(path);
        var headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(_file));
        _header = JsonDocument.Parse(_file.AsMemory(8, headerLength)).RootElement;
        _dataStart = 8 + headerLength;
    }

    public GoldenTensor this[string key]
    {
        get
        {
            var entry = _header.GetProperty(key);
            var offsets = entry.GetProperty("data_offsets");
            var start = offsets[0].GetInt32();
            var end = offsets[1].GetInt32();
            int[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            var tensor = new GoldenTensor(entry.GetProperty("dtype").GetString()!, shape, _file[(_dataStart + start)..(_dataStart + end)]);
            Assert.Equal(end - start, tensor.Length * GoldenTensor.ElementSize(tensor.Type));
            return tensor;
        }
    }
}
