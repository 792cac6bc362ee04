using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Graph;
using CompileTime.Generator.Passes;
using CompileTime.Shared;

namespace CompileTime.Generator.Plan;

/// <summary>Commits what the passes left open: a kernel per layer and tier, names, memory.</summary>
internal static class Planner
{
    /// <param name="graph">The network, after all passes.</param>
    /// <param name="backend">The backend whose observers chose the scales; null when not known.</param>
    /// <param name="hasWideVnni">Whether the compilation has AvxVnni.V512.</param>
    public static NetworkPlan Run(LaidOutNetwork graph, string? backend = null, bool hasWideVnni = false)
    {
        var spans = InputRange.SpansWholeBytes(graph.Network, backend);
        var (buffers, staging, workspaces, bytes) = BufferPlanner.Run(graph);
        var nodes = new List<NodePlan>();
        for (var i = 0; i < buffers.Count; i++)
        {
            var node = graph.Network.Nodes[i];
            var kernels = new Dictionary<Tier, KernelPlan>();
            if (node.Weight is not null)
            {
                var layer = new WeightedLayer(node, graph.Network.Nodes[node.Inputs[0]].Shape, graph.Values[node.Inputs[0]].Positions);
                foreach (Tier tier in System.Enum.GetValues(typeof(Tier)))
                    kernels.Add(tier, KernelChoice.Run(layer, tier, graph.IsPlanar));
            }

            nodes.Add(new NodePlan(i, node, Identifier(node, i), graph.Values[i], buffers[i], kernels, spans[i])
            {
                Staging = staging[i], Workspace = workspaces[i],
            });
        }

        // AVX-512 with VBMI is a tier of its own only where a layer uses it.
        var vbmi = nodes.Any(node => node.Kernels.Count > 0 && node.Kernels[Tier.Avx512Vbmi] is SparseKernel);
        Tier[] tiers = vbmi ? [Tier.Avx512Vbmi, Tier.Avx512, Tier.Avx2, Tier.Portable] : [Tier.Avx512, Tier.Avx2, Tier.Portable];
        return new NetworkPlan(graph.Network, nodes, tiers, bytes, graph.IsPlanar, hasWideVnni);
    }

    /// <summary>The plan for many samples at once; null where the network has none.</summary>
    public static NetworkPlan? RunBatch(QuantizedNetwork network, string? backend = null, bool hasWideVnni = false) =>
        BatchNetwork.Of(network) is { } graph ? Run(PassList.Run(graph), backend, hasWideVnni) : null;

    // The number makes the name unique and keeps it from being a keyword, a parameter or a type: "Stem.0" is L1_Stem_0.
    private static string Identifier(QuantizedNode node, int index) => "L" + Numbers.Text(index) + "_" + node.Name.Replace('.', '_');
}
