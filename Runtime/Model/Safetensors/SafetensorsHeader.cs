using System.Text.Json;

namespace CompileTime.Models;

/// <summary>
/// The JSON in front of a safetensors file. Files come from anywhere, so nothing in it is believed: names must be unique, sizes must
/// follow from shapes, and the tensors must fill the data without a gap and without sharing a byte, as the format demands.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The format's own limit.</summary>
    public const long MaxLength = 100_000_000;

    private const string Metadata = "__metadata__";

    /// <summary>The tensors in the order of their data.</summary>
    /// <exception cref="InvalidDataException">The header breaks a rule; the message says which one, and where.</exception>
    public static IReadOnlyList<SafetensorsTensor> Read(ReadOnlyMemory<byte> json, long dataLength)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException("the header is not a JSON object");
            var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
            var hasMetadata = false;
            foreach (var property in document.RootElement.EnumerateObject())
            {
                var name = property.Name;
                if (name == Metadata ? hasMetadata : tensors.ContainsKey(name))
                    throw new InvalidDataException($"the header has '{name}' twice");
                if (property.Value.ValueKind != JsonValueKind.Object)
                    throw new InvalidDataException($"what the header says of '{name}' is not a JSON object");
                if (name == Metadata)
                    hasMetadata = true;
                else
                    tensors.Add(name, Tensor(name, property.Value));
            }

            List<SafetensorsTensor> ordered = [.. tensors.Values.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.Length)];
            CheckPlaces(ordered, dataLength);
            return ordered;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no Unicode.
            throw new InvalidDataException($"the header is not valid JSON ({exception.Message})", exception);
        }
    }

    private static SafetensorsTensor Tensor(string name, JsonElement entry)
    {
        var type = Only(name, entry, "dtype", JsonValueKind.String).GetString()!;
        var size = SafetensorsTensor.SizeOf(type);
        if (size == 0)
            throw new InvalidDataException($"'{name}' has the type {type}, which is not known");
        var shape = Numbers(name, "shape", Only(name, entry, "shape", JsonValueKind.Array));
        var offsets = Numbers(name, "data_offsets", Only(name, entry, "data_offsets", JsonValueKind.Array));
        if (offsets.Length != 2 || offsets[0] > offsets[1])
            throw new InvalidDataException($"data_offsets of '{name}' must be [begin, end], not [{string.Join(", ", offsets)}]");
        var length = offsets[1] - offsets[0];
        if (Bytes(shape, size) != length)
            throw new InvalidDataException($"'{name}' is {type} [{string.Join(", ", shape)}], which does not take {length} bytes");
        return new SafetensorsTensor(name, type, shape, offsets[0], length);
    }

    // 128 bits hold the product of two numbers of 63, so that nothing that overflowed comes back into range.
    private static long Bytes(long[] shape, int size)
    {
        if (shape.Contains(0))
            return 0;
        Int128 product = size;
        foreach (var dimension in shape)
        {
            product *= dimension;
            if (product > long.MaxValue)
                return -1;
        }

        return (long)product;
    }

    private static JsonElement Only(string name, JsonElement entry, string key, JsonValueKind kind)
    {
        JsonElement[] found = [.. entry.EnumerateObject().Where(property => property.NameEquals(key)).Select(property => property.Value)];
        return found.Length == 1 && found[0].ValueKind == kind
            ? found[0]
            : throw new InvalidDataException($"'{name}' must have one {key}, a JSON {kind.ToString().ToLowerInvariant()}");
    }

    private static long[] Numbers(string name, string key, JsonElement array) =>
    [
        .. array.EnumerateArray().Select(element =>
            element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var value) && value >= 0
                ? value
                : throw new InvalidDataException($"{key} of '{name}' must be whole numbers from 0, not {element.GetRawText()}")),
    ];

    private static void CheckPlaces(List<SafetensorsTensor> ordered, long dataLength)
    {
        var end = 0L;
        foreach (var tensor in ordered)
        {
            if (tensor.Start != end)
                throw new InvalidDataException($"'{tensor.Name}' begins at byte {tensor.Start} of the data, where " +
                    (tensor.Start < end ? $"another tensor is, which ends at {end}" : $"{end} would be next: there is a gap"));
            end = tensor.Start + tensor.Length;
            if (end > dataLength)
                throw new InvalidDataException($"'{tensor.Name}' ends at byte {end}, but the file has only {dataLength} bytes of data");
        }

        if (end != dataLength)
            throw new InvalidDataException($"the tensors are {end} bytes, but the file has {dataLength} bytes of data");
    }
}
