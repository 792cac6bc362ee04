using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>The network in words: the remarks on the class, and a sentence for each layer.</summary>
internal static class NetworkRemarks
{
    /// <summary>A doc comment: totals, then a table of layers.</summary>
    public static IReadOnlyList<string> Of(NetworkDefinition definition, Manifest? manifest, NetworkPlan? plan)
    {
        string[] columnNames = ["layer", "kind", "shape", "parameters", "MACs", "kept", "bytes", "kernel with AVX-512 VBMI"];
        var rows = new List<string[]> { columnNames };
        foreach (var layer in definition.Layers)
        {
            var node = Find(plan, layer.Name);
            rows.Add(
            [
                layer.Name, layer.Kind.ToString(), layer.InputShape + " -> " + layer.OutputShape,
                layer.HasWeight ? Numbers.Text(Parameters(layer)) : "", layer.HasWeight ? Numbers.Text(Macs(layer)) : "",
                layer.HasWeight ? Summary.Percent(Kept(layer, node)) : "",
                layer.HasWeight ? Numbers.Text(Bytes(node)) : "",
                node?.Kernels.Count > 0 ? Short(node.Kernels[plan!.Tiers[0]]) : layer.HasWeight ? "removed" : "",
            ]);
        }

        var columns = plan is null ? 5 : 8;
        var widths = Enumerable.Range(0, columns).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var lines = new List<string> { "<remarks>", string.Join(", ", Totals(definition, manifest)) + ".", "<code>" };
        foreach (var row in rows)
        {
            var cells = row.Take(columns)
                .Select((cell, column) => column is >= 3 and <= 6 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            lines.Add(Escape(string.Join("  ", cells).TrimEnd()));
        }

        lines.Add("</code>");
        lines.Add("</remarks>");
        return lines;
    }

    /// <summary>Parameters, multiplications, and what the artifact says.</summary>
    public static IEnumerable<string> Totals(NetworkDefinition definition, Manifest? manifest)
    {
        yield return definition.InputShape + " in, " + definition.Output.OutputShape + " out";
        yield return Numbers.Text(definition.Layers.Where(layer => layer.HasWeight).Sum(Parameters)) + " parameters";
        var macs = definition.Layers.Where(layer => layer.HasWeight).Sum(Macs);
        yield return Numbers.Text(macs) + " multiplications";
        if (manifest is null)
        {
            yield return "not trained yet";
            yield break;
        }

        var nodes = manifest.Network.Nodes.Where(node => node.Weight is not null).ToList();
        var left = nodes.Sum(Macs);
        if (left < macs)
            yield return Numbers.Text(left) + " of them left after removal";
        yield return Summary.Percent(nodes.Sum(node => (double)node.Weight!.Nonzeros) / definition.Layers.Where(layer => layer.HasWeight).Sum(Weights))
            + " of weights kept";
        yield return Numbers.Text(manifest.BlobBytes) + " bytes of weights";
        foreach (var entry in manifest.Validation)
            yield return entry.Stage + " accuracy " + Summary.Percent(entry.Accuracy);
    }

    /// <summary>What a layer method does, for its summary.</summary>
    public static string Layer(NetworkDefinition definition, NetworkPlan? plan, LayerMethod method)
    {
        var parts = new List<string>();
        for (var i = 0; i < method.Layers.Count; i++)
        {
            var layer = definition.Layers.First(layer => layer.Name == method.LayerName(i));
            var text = layer.Kind + ": " + layer.InputShape + " -> " + layer.OutputShape;
            if (layer.HasWeight)
            {
                text += ", " + Numbers.Text(Parameters(layer)) + " parameters, " + Numbers.Text(Macs(layer)) + " multiplications";
                if (Find(plan, layer.Name) is { Node.Weight: { } weight } node)
                {
                    text += Macs(node.Node) < Macs(layer)
                        ? ", of which " + Numbers.Text(Macs(node.Node)) + " with " + Numbers.Text(weight.Outputs) + " channels are left"
                        : "";
                    text += ", " + Summary.Percent(Kept(layer, node)) + " of weights kept, "
                        + Numbers.Text(Bytes(node)) + " bytes before coding, " + Reason(plan!, node);
                }
                else if (plan is not null)
                {
                    text += ", removed: it had no influence on the result";
                }
            }

            parts.Add(Escape(text) + ".");
        }

        return string.Join("<br/>", parts);
    }

    private static string Reason(NetworkPlan plan, NodePlan node)
    {
        var kernel = node.Kernels[plan.Tiers[0]];
        var weight = node.Node.Weight!;
        var blocks = kernel is DenseKernel && weight.EmptyBlocks is { } empty
            ? Numbers.Text(empty) + " of " + Numbers.Text(DenseLayout.Blocks(node.Node).BlockCount) + " blocks of 16x4 are empty, "
            : "";
        return blocks + (kernel is DenseKernel or SparseKernel or DepthwiseKernel && weight.ZeroPoint == 0
            ? kernel.Reason + "; " + LayerGuard.Saturation(node, kernel, plan.InputSpansWholeBytes(node))
                + (plan.HasVnni(kernel.Lanes) ? "; with AVX-VNNI one kernel for all bytes" : "")
            : kernel.Reason);
    }

    public static long Parameters(LayerDefinition layer) => Weights(layer) + (layer.Bias ? layer.OutputShape.Channels : 0);

    /// <summary>Multiplications of one prediction, zeros included.</summary>
    public static long Macs(LayerDefinition layer) => Work.Macs(layer.WeightShape, layer.OutputShape);

    // Of the converted network: channels that could not influence the result are not in it.
    private static long Macs(QuantizedNode node) => Work.Macs(node.Weight!.Dimensions, node.Shape);

    // Weights, scales and bias as they are, before the artifact's coding makes them smaller.
    private static long Bytes(NodePlan? node) => node?.Node.Weight is not { } weight ? 0
        : (weight.Elements * (weight.IsFloat ? 4L : 1)) + (weight.HasBias ? 4L * weight.Outputs : 0)
            + (weight.IsFloat ? 0 : weight.IsPerChannel ? 4L * weight.Outputs : 4);

    private static double Kept(LayerDefinition layer, NodePlan? node) => (double)(node?.Node.Weight!.Nonzeros ?? 0) / Weights(layer);

    private static long Weights(LayerDefinition layer) => layer.WeightShape.Aggregate(1L, (product, size) => product * size);

    private static NodePlan? Find(NetworkPlan? plan, string layer) => plan?.Nodes.FirstOrDefault(node => node.Node.Name == layer);

    private static string Short(KernelPlan kernel) => kernel switch
    {
        DenseKernel dense => "dense " + Numbers.Text(dense.Positions) + "x" + Numbers.Text(dense.Layout.TileVectors * dense.Layout.Lanes),
        DepthwiseKernel => "depthwise",
        SparseKernel => "sparse",
        PlanarKernel => "planes",
        FloatKernel => "float32",
        _ => "nonzeros",
    };

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
