using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Graph;
using CompileTime.Shared;

namespace CompileTime.Generator.Plan;

/// <summary>
/// Places the values in scratch memory. A value lives from the node that writes it to the last that reads it; memory is shared by
/// values whose lives do not meet (first fit).
/// </summary>
internal static class BufferPlanner
{
    private const int Alignment = 64;

    /// <summary>Bytes before a quantized input of a DynamicLinear: its scale and zero point.</summary>
    public const int StagingHeader = 64;

    public static (IReadOnlyList<BufferPlan> Buffers, IReadOnlyList<BufferPlan?> Staging, IReadOnlyList<int?> Workspaces, int Bytes) Run(
        LaidOutNetwork graph)
    {
        var nodes = graph.Network.Nodes;
        var buffers = new BufferPlan[nodes.Count];
        var staging = new BufferPlan?[nodes.Count];
        var workspaces = new int?[nodes.Count];
        var lastRead = LastReads(graph);
        var live = new List<(int Start, int End, int LastRead)>();
        var total = 0;
        for (var i = 0; i < nodes.Count; i++)
        {
            if (graph.Values[i].IsView)
            {
                // The same memory under another shape; a view has no border (FlattenViews sees to that) or its owner's shape.
                var owner = buffers[graph.Owner(i)];
                buffers[i] = nodes[i].Shape == owner.Shape ? owner : new BufferPlan(owner.Start, nodes[i].Shape, 0, 0, 0, 0, owner.ElementBytes);
                continue;
            }

            live.RemoveAll(value => value.LastRead < i);
            if (graph.IsPlanar)
            {
                buffers[i] = new BufferPlan(Place(nodes[i].Shape.Elements, lastRead[i]), nodes[i].Shape, 0, 0, 0, 0);
                if (nodes[i].Op == QuantizedOp.Conv2d && PlanarKernels.LayoutOf(graph.Network, nodes[i]) is { IsDirect: false } layout)
                    workspaces[i] = Place((int)layout.WorkspaceBytes, i);
                continue;
            }

            var wanted = WithBorder(graph, i, 0);
            buffers[i] = wanted with { Start = Place(wanted.Bytes, lastRead[i]) };
            if (nodes[i].Op == QuantizedOp.DynamicLinear)
            {
                var shape = nodes[nodes[i].Inputs[0]].Shape;
                staging[i] = new BufferPlan(Place(StagingHeader + shape.Elements, i) + StagingHeader, shape, 0, 0, 0, 0);
            }
        }

        return (buffers, staging, workspaces, total);

        int Place(int bytes, int lastReader)
        {
            var before = graph.IsPlanar ? BufferPlan.PlanarSlack : 0;
            var size = (before + bytes + BufferPlan.Slack + before + Alignment - 1) / Alignment * Alignment;
            var start = 0;
            foreach (var (from, to, _) in live.OrderBy(value => value.Start))
            {
                if (from - start >= size)
                    break;
                start = System.Math.Max(start, to);
            }

            live.Add((start, start + size, lastReader));
            total = System.Math.Max(total, start + size);
            return start + before;
        }
    }

    private static int[] LastReads(LaidOutNetwork graph)
    {
        var last = new int[graph.Network.Nodes.Count];
        for (var i = 0; i < last.Length; i++)
        {
            foreach (var input in graph.Network.Nodes[i].Inputs)
                last[graph.Owner(input)] = i;
        }

        // The output is read after the last node.
        last[graph.Owner(last.Length - 1)] = last.Length;
        return last;
    }

    private static BufferPlan WithBorder(LaidOutNetwork graph, int owner, int start)
    {
        int top = 0, left = 0, bottom = 0, right = 0;
        foreach (var reader in graph.Network.Nodes)
        {
            if (reader is { Op: QuantizedOp.Conv2d, Window: { } window } && graph.Owner(reader.Inputs[0]) == owner)
            {
                top = System.Math.Max(top, window.Top);
                left = System.Math.Max(left, window.Left);
                bottom = System.Math.Max(bottom, window.Bottom);
                right = System.Math.Max(right, window.Right);
            }
        }

        var node = graph.Network.Nodes[owner];
        return new BufferPlan(start, node.Shape, top, left, bottom, right, node.ElementBytes);
    }
}
