using System.Text;

namespace CompileTime.Benchmarks.Fusion;

/// <summary>
/// Reads the operators of an ONNX file: of all that protobuf can hold only <c>ModelProto.graph</c> (7), <c>GraphProto.node</c> (1) and
/// <c>NodeProto.op_type</c> (4).
/// </summary>
internal static class OnnxNodes
{
    private const int Graph = 7;
    private const int Node = 1;
    private const int OpType = 4;

    /// <summary>The operator of every node of the file's graph, in order.</summary>
    public static IReadOnlyList<string> Types(string path)
    {
        ReadOnlyMemory<byte> file = File.ReadAllBytes(path);
        return
        [
            .. Parts(file, Graph).SelectMany(graph => Parts(graph, Node)).SelectMany(node => Parts(node, OpType))
                .Select(text => Encoding.UTF8.GetString(text.Span)),
        ];
    }

    // The length-delimited values of one field.
    private static List<ReadOnlyMemory<byte>> Parts(ReadOnlyMemory<byte> message, int field)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message.Span, ref at);
            var length = (key & 7) switch
            {
                0 => Skip(message.Span, at),
                1 => 8,
                2 => (int)Varint(message.Span, ref at),
                5 => 4,
                var kind => throw new InvalidDataException($"An ONNX file has no values of kind {kind}; this one has, at byte {at}."),
            };
            if ((key >> 3, key & 7) == ((ulong)field, 2UL))
                parts.Add(message.Slice(at, length));
            at += length;
        }

        return parts;
    }

    private static int Skip(ReadOnlySpan<byte> message, int at)
    {
        var start = at;
        Varint(message, ref at);
        return at - start;
    }

    private static ulong Varint(ReadOnlySpan<byte> message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
