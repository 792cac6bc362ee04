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
    private readonly List<SparseWeight?> _slots = [];

    private readonly bool _wholeBytes;
    private readonly bool _countsOnly;

    /// <param name="geometry">The layer.</param>
    /// <param name="kept">
    /// An output's kept weights, in the order of memory; asked twice, so that those of a few outputs are held at a time.
    /// </param>
    /// <param name="wholeBytes">
    /// Whether neighbours must not saturate an int16 whatever the bytes, which may take some more steps; otherwise they are chosen from
    /// what is at a place, and exact for bytes to 127 in any case.
    /// </param>
    /// <param name="countsOnly">Whether only the number of steps is wanted, and no slots are.</param>
    public SparseLayout(SparseGeometry geometry, Func<int, SparseWeight[]> kept, bool wholeBytes, bool countsOnly = false)
    {
        (Geometry, _wholeBytes, _countsOnly) = (geometry, wholeBytes, countsOnly);
        var counts = new int[geometry.Outputs];
        var order = new List<int>(geometry.Outputs);
        for (var o = 0; o < geometry.Outputs; o++)
        {
            counts[o] = kept(o).Length;
            order.Add(o);
        }

        // Sorted by count, then by index: the same on every machine.
        order.Sort((a, b) => a / SparseGeometry.Sorted != b / SparseGeometry.Sorted ? a.CompareTo(b)
            : counts[a] != counts[b] ? counts[b].CompareTo(counts[a]) : a.CompareTo(b));
        Order = order;
        _placesOfGroup = new int[geometry.Groups];
        for (var group = 0; group < geometry.Groups; group++)
        {
            var first = group * SparseGeometry.GroupOutputs;
            var rows = new SparseWeight[Math.Min(SparseGeometry.GroupOutputs, geometry.Outputs - first)][];
            for (var lane = 0; lane < rows.Length; lane++)
                rows[lane] = kept(order[first + lane]);
            _placesOfGroup[group] = AddGroup(rows);
        }
    }

    public SparseGeometry Geometry { get; }

    /// <summary>The output at each sorted position.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>How many places each group has.</summary>
    public IReadOnlyList<int> PlacesOfGroup => _placesOfGroup;

    /// <summary>Where the steps find their inputs, group by group.</summary>
    public IReadOnlyList<int> Places => _places;

    public int TotalSteps => _places.Count * Geometry.StepsOfPlace;

    /// <summary>What stands in a slot of the output of a lane at a place; null for nothing.</summary>
    public SparseWeight? Slot(int place, int lane, int slot) =>
        _slots[(((place * SparseGeometry.GroupOutputs) + lane) * Geometry.InputsOfPlace) + slot];

    // A group's places; how many.
    private int AddGroup(SparseWeight[][] rows)
    {
        var before = _places.Count;
        var next = new int[rows.Length];
        while (true)
        {
            var nearest = int.MaxValue;
            for (var lane = 0; lane < rows.Length; lane++)
            {
                if (next[lane] < rows[lane].Length)
                    nearest = Math.Min(nearest, rows[lane][next[lane]].Offset);
            }

            if (nearest == int.MaxValue)
                return _places.Count - before;
            var place = nearest / Geometry.Alignment * Geometry.Alignment;
            _places.Add(place);
            for (var lane = 0; lane < SparseGeometry.GroupOutputs; lane++)
            {
                var first = _slots.Count;
                if (lane < rows.Length)
                    next[lane] = Take(rows[lane], next[lane], place + Geometry.Reach);
                while (!_countsOnly && _slots.Count < first + Geometry.InputsOfPlace)
                    _slots.Add(null);
            }
        }
    }

    // Fills an output's slots with what lies before an end; where its next weight is.
    private int Take(SparseWeight[] row, int next, int end)
    {
        // Who is to have a partner looks at twice as many as there is room for.
        var most = Math.Min(row.Length, next + (_wholeBytes ? 2 * Geometry.InputsOfPlace : Geometry.InputsOfPlace));
        var within = next;
        while (within < most && row[within].Offset < end)
            within++;
        if (!_wholeBytes)
        {
            if (!_countsOnly)
            {
                foreach (var one in SignPairs.Of(new ArraySegment<SparseWeight>(row, next, within - next)))
                    _slots.Add(one);
            }

            return within;
        }

        // Who is taken out of turn makes room for who was not.
        var near = new ArraySegment<SparseWeight>(row, next, within - next);
        var taken = SignPairs.Exact(near, Geometry.InputsOfPlace / 2);
        var rest = new List<SparseWeight>(near).FindAll(one => !taken.Contains(one));
        for (var i = 0; i < rest.Count; i++)
            row[within - rest.Count + i] = rest[i];
        if (!_countsOnly)
            _slots.AddRange(taken);
        return within - rest.Count;
    }
}
