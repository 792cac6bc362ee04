extern alias generator;

using generator::CompileTime.Shared;

namespace CompileTime.Generator.Tests.Harness;

/// <summary>Artifacts of a one-layer model, as Save would write their text.</summary>
internal static class Artifacts
{
    /// <summary>A model of this name: <c>[Model(4)] [Linear(2)]</c>.</summary>
    public static string Source(string name, int outputs = 2) => $"[Model(4)] [Linear({outputs})] public partial class {name};\n";

    /// <summary>The manifest that fits <see cref="Source"/>.</summary>
    public static string Manifest(string name, int outputs = 2, float scale = 0.5f)
    {
        var text = Declared.Definition(Source(name, outputs), name);
        return ManifestText.Write(new Manifest
        {
            Definition = DefinitionText.Read(text, 1, out _)!,
            DefinitionText = text,
            Network = new QuantizedNetwork
            {
                Nodes =
                [
                    Node("input", QuantizedOp.Quantize, [], Shape.Flat(4), scale, weight: null),
                    Node("0", QuantizedOp.Linear, [0], Shape.Flat(outputs), scale,
                        new WeightInfo([outputs, 4], IsPerChannel: true, ZeroPoint: 0, HasBias: true, Nonzeros: 4 * outputs)),
                ],
            },
            BlobBytes = 128,
            BlobSha256 = new string('a', 64),
        });
    }

    private static QuantizedNode Node(string name, QuantizedOp op, int[] inputs, Shape shape, float scale, WeightInfo? weight) => new()
    {
        Name = name,
        Op = op,
        Inputs = inputs,
        Shape = shape,
        Scale = scale,
        ZeroPoint = 0,
        Format = MemoryFormat.Contiguous,
        Weight = weight,
    };
}
