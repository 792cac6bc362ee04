using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace CompileTime.Tests.Model.Safetensors;

/// <summary>Safetensors files put together by hand, valid or not.</summary>
internal static class SafetensorsText
{
    /// <summary>Any header before any data.</summary>
    public static byte[] Bytes(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)json.Length);
        return [.. prefix, .. json, .. data];
    }

    /// <summary>Tensors one after the other.</summary>
    public static byte[] Bytes(params (string Name, string Type, string Shape, byte[] Data)[] tensors)
    {
        var entries = new List<string> { "\"__metadata__\":{\"format\":\"pt\"}" };
        var start = 0;
        foreach (var (name, type, shape, data) in tensors)
        {
            entries.Add(Entry(name, type, shape, start, start + data.Length));
            start += data.Length;
        }

        return Bytes("{" + string.Join(',', entries) + "}  ", [.. tensors.SelectMany(tensor => tensor.Data)]);
    }

    public static string Entry(string name, string type, string shape, long start, long end) =>
        $"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{shape}],\"data_offsets\":[{start},{end}]}}";

    public static byte[] F32(params float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();
}
