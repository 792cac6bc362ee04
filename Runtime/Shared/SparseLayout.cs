using System;
using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>
/// The steps of one layer's sparse kernel (SparseGeometry). The sixteen outputs of a group walk through their kept weights in the order of
/// memory: a place begins at the first input that one of them still needs, and each takes as many of its next weights as lie within reach.
/// Who has none there waits, and its slots stay empty; so outputs are sorted by how many they have, and a group holds such as have alike.
/// </summary>
internal sealed class SparseLayout
{
    private readonly int[] _placesOfGroup;
    private readonly List<int> _places = [];
    private readonly List<byte> _taken = [];

    /// <param name="geometry">The layer.</param>
    /// <param name="kept">For each output, the offsets of the inputs of its kept weights, ascending.</param>
    public SparseLayout(SparseGeometry geometry, int[][] kept)
    {
        Geometry = geometry;
        // Sorted by count, then by index: the same on every machine.
        var order = new List<int>(geometry.Outputs);
        for (var o = 0; o < geometry.Outputs; o++)
            order.Add(o);
        order.Sort((a, b) => a / SparseGeometry.Sorted != b / SparseGeometry.Sorted ? a.CompareTo(b)
            : kept[a].Length != kept[b].Length ? kept[b].Length.CompareTo(kept[a].Length) : a.CompareTo(b));
        Order = order;
        _placesOfGroup = new int[geometry.Groups];
        for (var group = 0; group < geometry.Groups; group++)
            _placesOfGroup[group] = AddGroup(kept, group * SparseGeometry.GroupOutputs);
    }

    public SparseGeometry Geometry { get; }

    /// <summary>The output at each sorted position.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>How many places each group has.</summary>
    public IReadOnlyList<int> PlacesOfGroup => _placesOfGroup;

    /// <summary>Where the steps find their inputs, group by group.</summary>
    public IReadOnlyList<int> Places => _places;

    public int TotalSteps => _places.Count * Geometry.StepsOfPlace;

    /// <summary>How many of its next weights the output of a lane takes at a place.</summary>
    public int Taken(int place, int lane) => _taken[(place * SparseGeometry.GroupOutputs) + lane];

    // A group's places; how many.
    private int AddGroup(int[][] kept, int first)
    {
        var before = _places.Count;
        var next = new int[SparseGeometry.GroupOutputs];
        var lanes = Math.Min(SparseGeometry.GroupOutputs, Geometry.Outputs - first);
        while (true)
        {
            var nearest = int.MaxValue;
            for (var lane = 0; lane < lanes; lane++)
            {
                var offsets = kept[Order[first + lane]];
                if (next[lane] < offsets.Length)
                    nearest = Math.Min(nearest, offsets[next[lane]]);
            }

            if (nearest == int.MaxValue)
                return _places.Count - before;
            var place = nearest / Geometry.Alignment * Geometry.Alignment;
            _places.Add(place);
            for (var lane = 0; lane < SparseGeometry.GroupOutputs; lane++)
            {
                byte taken = 0;
                var offsets = lane < lanes ? kept[Order[first + lane]] : [];
                while (taken < Geometry.InputsOfPlace && next[lane] < offsets.Length && offsets[next[lane]] < place + Geometry.Reach)
                {
                    next[lane]++;
                    taken++;
                }

                _taken.Add(taken);
            }
        }
    }
}
