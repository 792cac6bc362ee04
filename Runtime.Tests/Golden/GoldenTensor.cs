using System.Runtime.InteropServices;

namespace CompileTime.Tests.Golden;

/// <summary>A tensor of a golden case: row-major, under safetensors' names of types (F32, U8, I8, I32, I64, F64, BOOL).</summary>
internal sealed class GoldenTensor(string type, int[] shape, byte[] data)
{
    public string Type { get; } = type;

    public int[] Shape { get; } = shape;

    public int Length => Shape.Aggregate(1, (product, size) => product * size);

    public float[] Floats => As<float>("F32");

    public byte[] Bytes => As<byte>("U8");

    public sbyte[] SignedBytes => As<sbyte>("I8");

    public int[] Ints => Type == "I64" ? [.. As<long>("I64").Select(value => checked((int)value))] : As<int>("I32");

    /// <summary>Any integer type, widened.</summary>
    public long[] Integers => Type switch
    {
        "U8" => [.. Bytes.Select(value => (long)value)],
        "I8" => [.. SignedBytes.Select(value => (long)value)],
        "I32" => [.. As<int>("I32").Select(value => (long)value)],
        _ => As<long>("I64"),
    };

    public static int ElementSize(string type) => type switch
    {
        "F32" or "I32" => 4,
        "I64" or "F64" => 8,
        "U8" or "I8" or "BOOL" => 1,
        _ => throw new NotSupportedException($"Tensors of type {type} are unknown."),
    };

    /// <summary>Elements [index * length, (index + 1) * length) of the bytes: one sample of a batch.</summary>
    public byte[] Sample(int index, int length) => Bytes.AsSpan(index * length, length).ToArray();

    private T[] As<T>(string expected)
        where T : unmanaged
    {
        Assert.Equal(expected, Type);
        return MemoryMarshal.Cast<byte, T>(data).ToArray();
    }
}
