using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace CompileTime.Tests.Golden;

/// <summary>One case, or one object inside it.</summary>
internal sealed class GoldenCase(JsonElement json, SafeTensors tensors)
{
    public JsonElement Json { get; } = json;

    public string Id => Text("id");

    /// <summary>The object <paramref name="name"/> inside this one.</summary>
    public GoldenCase this[string name] => new(Json.GetProperty(name), tensors);

    public IEnumerable<(string Name, GoldenCase Value)> Members =>
        Json.EnumerateObject().Select(member => (member.Name, new GoldenCase(member.Value, tensors)));

    public IEnumerable<GoldenCase> Items => Json.EnumerateArray().Select(item => new GoldenCase(item, tensors));

    public bool Has(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public int Int(string name) => Json.GetProperty(name).GetInt32();

    public bool Bool(string name) => Json.GetProperty(name).GetBoolean();

    public float Float(string name) => Number(Json.GetProperty(name));

    /// <summary>A float32 given by its bits, <c>0x3dcccccd</c>.</summary>
    public float Bits(string name) => BitsOf(Text(name));

    public int[] Ints(string name) => [.. Json.GetProperty(name).EnumerateArray().Select(item => item.GetInt32())];

    public float[] Floats(string name) => [.. Json.GetProperty(name).EnumerateArray().Select(Number)];

    public GoldenTensor Tensor(string name) => Tensor(Json.GetProperty(name));

    public GoldenTensor[] Tensors(string name) => [.. Json.GetProperty(name).EnumerateArray().Select(Tensor)];

    /// <summary>This object is itself a tensor.</summary>
    public GoldenTensor AsTensor() => Tensor(Json);

    public static float BitsOf(string text) =>
        BitConverter.UInt32BitsToSingle(uint.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private GoldenTensor Tensor(JsonElement element)
    {
        if (element.TryGetProperty("ref", out var key))
            return tensors[key.GetString()!];
        var type = element.GetProperty("dtype").GetString()!;
        int[] shape = [.. element.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        var data = element.GetProperty("data").EnumerateArray();
        byte[] bytes = type switch
        {
            "F32" => Pack(data.Select(Number)),
            "I32" => Pack(data.Select(item => item.GetInt32())),
            "I64" => Pack(data.Select(item => item.GetInt64())),
            "U8" => Pack(data.Select(item => item.ValueKind == JsonValueKind.Number ? item.GetByte() : (byte)(item.GetBoolean() ? 1 : 0))),
            "I8" => Pack(data.Select(item => item.GetSByte())),
            _ => throw new NotSupportedException($"Tensors of type {type} are unknown."),
        };
        return new GoldenTensor(type, shape, bytes);
    }

    // Finite values are exact float32 values printed as decimal doubles.
    private static float Number(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? element.GetString() switch
        {
            "NaN" => float.NaN,
            "Infinity" => float.PositiveInfinity,
            "-Infinity" => float.NegativeInfinity,
            var text => throw new NotSupportedException($"'{text}' is not a number."),
        }
        : (float)element.GetDouble();

    private static byte[] Pack<T>(IEnumerable<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(values.ToArray()).ToArray();
}
