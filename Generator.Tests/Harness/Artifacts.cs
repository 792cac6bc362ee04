extern alias generator;

using generator::CompileTime.Shared;

namespace CompileTime.Generator.Tests.Harness;

/// <summary>Artifacts of a one-layer model, as Save would write their text.</summary>
internal static class Artifacts
{
    /// <summary>A model of this name: <c>[Model(4)] [Linear(2)]</c>.</summary>
    public static string Source(string name, int outputs = 2) => $"[Model(4)] [Linear({outputs})] public partial class {name};\n";

    /// <summary>The manifest that fits <see cref="Source"/>, or another declaration of one Linear.</summary>
    /// <param name="name">The model's.</param>
    /// <param name="outputs">Of the Linear.</param>
    /// <param name="scale">Of its input and its result.</param>
    /// <param name="source">What declares it; null for <see cref="Source"/>.</param>
    /// <param name="change">Makes another manifest of it.</param>
    /// <param name="inputs">Of the Linear.</param>
    public static string Manifest(
        string name, int outputs = 2, float scale = 0.5f, string? source = null, Func<Manifest, Manifest>? change = null,
        int inputs = 4)
    {
        var text = Declared.Definition(source ?? Source(name, outputs), name);
        var manifest = new Manifest
        {
            Definition = DefinitionText.Read(text, 1, out _)!,
            DefinitionText = text,
            Network = new QuantizedNetwork
            {
                Nodes =
                [
                    Node("input", QuantizedOp.Quantize, [], Shape.Flat(inputs), scale, weight: null),
                    Node("0", QuantizedOp.Linear, [0], Shape.Flat(outputs), scale,
                        new WeightInfo([outputs, inputs], IsPerChannel: true, ZeroPoint: 0, HasBias: true, Nonzeros: inputs * outputs)),
                ],
            },
            BlobBytes = 128,
            BlobSha256 = new string('a', 64),
            FactsSha256 = new string('b', 64),
        };
        return ManifestText.Write(change?.Invoke(manifest) ?? manifest);
    }

    /// <summary>With other facts about the weight of the Linear.</summary>
    public static Manifest With(this Manifest manifest, Func<WeightInfo, WeightInfo> change)
    {
        var linear = manifest.Network.Nodes[1];
        return manifest with
        {
            Network = new QuantizedNetwork { Nodes = [manifest.Network.Nodes[0], linear with { Weight = change(linear.Weight!) }] },
        };
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
