using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Graph;
using CompileTime.Shared;

namespace CompileTime.Generator.Plan;

/// <summary>Commits what the passes left open: a kernel per layer and tier, names, memory.</summary>
internal static class Planner
{
    public static NetworkPlan Run(LaidOutNetwork graph)
    {
        var (buffers, bytes) = BufferPlanner.Run(graph);
        var names = new HashSet<string>();
        var nodes = new List<NodePlan>();
        for (var i = 0; i < buffers.Count; i++)
        {
            var node = graph.Network.Nodes[i];
            var kernels = new Dictionary<Tier, KernelPlan>();
            if (node.Weight is not null)
            {
                var layer = new WeightedLayer(node, graph.Network.Nodes[node.Inputs[0]].Shape, graph.Values[node.Inputs[0]].Positions);
                foreach (Tier tier in System.Enum.GetValues(typeof(Tier)))
                    kernels.Add(tier, KernelChoice.Run(layer, tier));
            }

            nodes.Add(new NodePlan(i, node, Identifier(node, names), graph.Values[i], buffers[i], kernels));
        }

        // AVX-512 with VBMI is a tier of its own only where a layer uses it.
        var vbmi = nodes.Any(node => node.Kernels.Count > 0 && !node.Kernels[Tier.Avx512Vbmi].Equals(node.Kernels[Tier.Avx512]));
        Tier[] tiers = vbmi ? [Tier.Avx512Vbmi, Tier.Avx512, Tier.Avx2, Tier.Portable] : [Tier.Avx512, Tier.Avx2, Tier.Portable];
        return new NetworkPlan(graph.Network, nodes, tiers, bytes);
    }

    // "Stem.0" is Stem_0, and "0" is Layer_0: unique, because two of PyTorch's names never differ in '.' and '_' alone but by mischief.
    private static string Identifier(QuantizedNode node, HashSet<string> taken)
    {
        var name = node.Name.Replace('.', '_');
        if (!char.IsLetter(name[0]))
            name = "Layer_" + name;
        while (!taken.Add(name))
            name += "_";
        return name;
    }
}
