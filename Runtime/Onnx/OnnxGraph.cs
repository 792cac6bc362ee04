using System.Runtime.InteropServices;
using CompileTime.Shared;

namespace CompileTime.Onnx;

/// <summary>An attribute of a node: a float, an int, or ints.</summary>
internal readonly record struct OnnxAttribute(string Name, float? Float, long[] Ints, bool IsList)
{
    public static OnnxAttribute Of(string name, float value) => new(name, value, [], IsList: false);

    public static OnnxAttribute Of(string name, int value) => new(name, null, [value], IsList: false);

    public static OnnxAttribute Of(string name, params int[] values) =>
        new(name, null, Array.ConvertAll(values, value => (long)value), IsList: true);
}

/// <summary>
/// An ONNX graph with one input and one output, written as ModelProto. Operator set 17, which ONNX Runtime reads since 1.12; the numbers
/// of fields are those of onnx.proto3. Samples are a batch of any size, <c>N</c>.
/// </summary>
internal sealed class OnnxGraph(string name, Shape input, Shape output)
{
    public const string Input = "input";
    public const string Output = "output";

    private const int IrVersion = 8;
    private const int OperatorSet = 17;

    private readonly List<Action<ProtobufWriter>> _nodes = [];
    private readonly List<Action<ProtobufWriter>> _initializers = [];

    private enum DataType
    {
        Float = 1,
        UInt8 = 2,
        Int8 = 3,
        Int32 = 6,
    }

    /// <summary>Adds a node and returns the name of its result.</summary>
    /// <param name="operation">The operator's ONNX name.</param>
    /// <param name="result">Name of the result, and of the node.</param>
    /// <param name="inputs">Names of values and initializers.</param>
    /// <param name="attributes">Those that differ from the operator's defaults.</param>
    public string Node(string operation, string result, IReadOnlyList<string> inputs, params IReadOnlyList<OnnxAttribute> attributes)
    {
        _nodes.Add(node =>
        {
            foreach (var name in inputs)
                node.Write(1, name);
            node.Write(2, result);
            node.Write(3, result);
            node.Write(4, operation);
            foreach (var attribute in attributes)
                node.Write(5, writer => Write(writer, attribute));
        });
        return result;
    }

    /// <summary>Adds numbers that do not change, and returns their name. No dimension stands for a scalar.</summary>
    public string Initializer(string name, float[] values, params int[] dimensions) =>
        Initializer(name, DataType.Float, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), dimensions);

    /// <inheritdoc cref="Initializer(string, float[], int[])"/>
    public string Initializer(string name, sbyte[] values, params int[] dimensions) =>
        Initializer(name, DataType.Int8, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), dimensions);

    /// <inheritdoc cref="Initializer(string, float[], int[])"/>
    public string Initializer(string name, int[] values, params int[] dimensions) =>
        Initializer(name, DataType.Int32, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), dimensions);

    /// <inheritdoc cref="Initializer(string, float[], int[])"/>
    public string Initializer(string name, byte value) => Initializer(name, DataType.UInt8, [value], []);

    public void CopyTo(Stream stream)
    {
        var model = new ProtobufWriter();
        model.Write(1, IrVersion);
        model.Write(2, "CompileTime");
        model.Write(7, graph =>
        {
            _nodes.ForEach(node => graph.Write(1, node));
            graph.Write(2, name);
            _initializers.ForEach(initializer => graph.Write(5, initializer));
            graph.Write(11, value => Write(value, Input, input));
            graph.Write(12, value => Write(value, Output, output));
        });
        model.Write(8, set =>
        {
            set.Write(1, "");
            set.Write(2, OperatorSet);
        });
        model.CopyTo(stream);
    }

    private string Initializer(string name, DataType type, byte[] bytes, int[] dimensions)
    {
        _initializers.Add(tensor =>
        {
            foreach (var dimension in dimensions)
                tensor.Write(1, dimension);
            tensor.Write(2, (int)type);
            tensor.Write(8, name);
            tensor.Write(9, bytes);
        });
        return name;
    }

    private static void Write(ProtobufWriter writer, OnnxAttribute attribute)
    {
        const int Float = 1, Int = 2, Ints = 7;
        writer.Write(1, attribute.Name);
        if (attribute.Float is { } number)
            writer.Write(2, number);
        foreach (var value in attribute.Ints)
            writer.Write(attribute.IsList ? 8 : 3, value);
        writer.Write(20, attribute.Float is not null ? Float : attribute.IsList ? Ints : Int);
    }

    private static void Write(ProtobufWriter writer, string name, Shape shape)
    {
        int[] sizes = shape.IsFlat ? [shape.Channels] : [shape.Channels, shape.Height, shape.Width];
        writer.Write(1, name);
        writer.Write(2, type => type.Write(1, tensor =>
        {
            tensor.Write(1, (int)DataType.Float);
            tensor.Write(2, dimensions =>
            {
                dimensions.Write(1, batch => batch.Write(2, "N"));
                foreach (var size in sizes)
                    dimensions.Write(1, dimension => dimension.Write(1, size));
            });
        }));
    }
}
