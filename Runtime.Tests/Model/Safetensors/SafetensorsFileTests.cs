using System.Runtime.InteropServices;
using static CompileTime.Tests.Model.Safetensors.SafetensorsText;

namespace CompileTime.Tests.Model.Safetensors;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_every_float_type_and_bytes()
    {
        var path = Write(Bytes(
            ("a", "F32", "2,1", F32(1.5f, -0f)),
            ("half", "F16", "3", [0x00, 0x3C, 0x01, 0x00, 0x00, 0xC5]), // 1, 2^-24, -5
            ("brain", "BF16", "2", [0x80, 0x3F, 0x49, 0xC0]), // 1, -3.140625
            ("double", "F64", "1", MemoryMarshal.AsBytes<double>([0.1]).ToArray()),
            ("bytes", "U8", "3", [7, 8, 9]),
            ("none", "F32", "0,3", []),
            ("number", "F32", "", F32(4))));
        using var file = SafetensorsFile.Open(path);
        Assert.Equal([1.5f, -0f], file.ReadFloats("a"));
        Assert.Equal([1f, MathF.Pow(2, -24), -5f], file.ReadFloats("half"));
        Assert.Equal([1f, -3.140625f], file.ReadFloats("brain"));
        Assert.Equal([0.1f], file.ReadFloats("double"));
        Assert.Equal([7, 8, 9], file.ReadBytes("bytes"));
        Assert.Empty(file.ReadFloats("none"));
        Assert.Equal([4f], file.ReadFloats("number"));
        Assert.Equal([2L, 1L], file["a"].Shape);
        Assert.Empty(file["number"].Shape);
        Assert.Contains("U8", Assert.Throws<InvalidDataException>(() => file.ReadFloats("bytes")).Message, StringComparison.Ordinal);
        Assert.Contains("half", Assert.Throws<InvalidDataException>(() => file.ReadFloats("b")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", 0, "not a JSON object")]
    [InlineData("{\"a\":", 0, "not valid JSON")]
    [InlineData("{\"a\":3}", 0, "not a JSON object")]
    [InlineData("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "one dtype")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "one shape")]
    [InlineData("{\"a\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "F33")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "[begin, end]")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "[begin, end]")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "does not take 4 bytes")]

    // 2^62 numbers of 4 bytes are 0 bytes in 64 bits.
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}}", 0, "does not take 0 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3, "ends at byte 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "5 bytes of data")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "gap")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8,
        "another tensor is")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8,
        "'a' twice")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "not valid JSON")]
    public void A_header_that_breaks_a_rule_is_refused(string header, int data, string expected)
    {
        var path = Write(Bytes(header, new byte[data]));
        var problem = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}' })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, (byte)'{', (byte)'}' })]
    public void A_header_that_is_not_there_is_refused_before_memory_is_taken(byte[] bytes)
    {
        var path = Write(bytes);
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
    }

    private string Write(byte[] bytes)
    {
        var path = _folder["a.safetensors"];
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
