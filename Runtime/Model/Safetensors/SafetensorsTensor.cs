namespace CompileTime;

/// <summary>What the header of a safetensors file says of one tensor.</summary>
public sealed record SafetensorsTensor
{
    internal SafetensorsTensor(string name, string type, IReadOnlyList<long> shape, long start, long length)
    {
        (Name, Type, Shape) = (name, type, shape);
        (Start, Length) = (start, length);
    }

    /// <summary>Its name, as in PyTorch's state_dict.</summary>
    public string Name { get; }

    /// <summary>Type of the elements as the file writes it: <c>F32</c>, <c>BF16</c>, <c>U8</c> and the like.</summary>
    public string Type { get; }

    /// <summary>Dimensions, row-major; empty for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Whether the elements can be read as float32.</summary>
    public bool IsFloat => Type is "F32" or "F16" or "BF16" or "F64";

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Where the first byte is, from the beginning of the data.</summary>
    internal long Start { get; }

    /// <summary>Bytes of an element; 0 for a type that is not known.</summary>
    internal static int SizeOf(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" or "C64" => 8,
        _ => 0,
    };
}
