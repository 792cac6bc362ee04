using CompileTime.Benchmarks.Networks;
using CompileTime.Benchmarks.Peers;
using CompileTime.Benchmarks.Tables;

namespace CompileTime.Benchmarks.Fusion;

/// <summary>
/// Whether the peer computes in int8 from end to end: ONNX Runtime writes down the graph it runs, and only its input is quantized there
/// and only its output dequantized. A network that it could not fuse would be an easy opponent.
/// </summary>
internal static class FusionCheck
{
    // What moves bytes without computing with them, or takes the largest of them.
    private static readonly string[] s_moves =
        ["MaxPool", "NhwcMaxPool", "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Concat"];

    /// <summary>The operators that each network became, and what of them is left unfused, as a table.</summary>
    public static MarkdownTable Run(IReadOnlyList<BenchmarkNetwork> networks)
    {
        var table = new MarkdownTable("network", "<operators after optimization", "<left unfused");
        foreach (var network in networks)
        {
            var types = Optimized(network);
            var unfused = Unfused(types);
            table.Add(network.Name, Counted(types), unfused.Count == 0 ? "none" : Counted(unfused));
        }

        return table;
    }

    private static IReadOnlyList<string> Optimized(BenchmarkNetwork network)
    {
        var folder = Directory.CreateTempSubdirectory("compiletime-fusion-");
        try
        {
            var (exported, optimized) = (Path.Combine(folder.FullName, "int8.onnx"), Path.Combine(folder.FullName, "optimized.onnx"));
            var model = PreparedNetwork.Create(network, Variant.All[0]).Model;
            model.ExportOnnx(exported);
            var (inputs, outputs) = (model.Definition.InputShape.Elements, model.Model.Network.Nodes[^1].Shape.Elements);
            using (new OnnxPeer(exported, 1, PreparedNetwork.Samples(inputs, 1), outputs, optimized))
                return OnnxNodes.Types(optimized);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // One conversion at each end belongs there, and the Softmax of what was dequantized.
    private static List<string> Unfused(IReadOnlyList<string> types)
    {
        var rest = types.Where(type =>
            !type.StartsWith("QLinear", StringComparison.Ordinal) && type != "QGemm" && !s_moves.Contains(type)).ToList();
        rest.Remove("QuantizeLinear");
        rest.Remove("DequantizeLinear");
        if (types[^1] == "Softmax")
            rest.Remove("Softmax");
        return rest;
    }

    private static string Counted(IReadOnlyList<string> types) =>
        string.Join(", ", types.GroupBy(type => type).Select(group => group.Count() == 1 ? group.Key : $"{group.Count()} {group.Key}"));
}
