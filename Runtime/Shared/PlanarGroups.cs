using System;
using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>
/// Puts the weights of one output into as few groups as can be had cheaply, so that within a group neither the positive nor the
/// negative weights sum to more than a budget: products with bytes then add up within int16, in any order.
/// </summary>
internal static class PlanarGroups
{
    /// <param name="weights">Weights that are not zero; each alone fits the budget.</param>
    /// <param name="budget">What the magnitudes of one sign may sum to in a group.</param>
    /// <returns>Groups of indices, each ascending.</returns>
    public static List<List<int>> Of(IReadOnlyList<int> weights, int budget)
    {
        var positive = Fill(weights, budget, 1);
        var negative = Fill(weights, budget, -1);
        var (more, less) = positive.Count >= negative.Count ? (positive, negative) : (negative, positive);
        for (var i = 0; i < less.Count; i++)
            more[i].AddRange(less[i]);
        foreach (var group in more)
            group.Sort();
        return more;
    }

    // The largest that is left, then more of the large ones while they fit, then small ones: near to first-fit decreasing, in one pass.
    private static List<List<int>> Fill(IReadOnlyList<int> weights, int budget, int sign)
    {
        var order = new List<int>();
        for (var i = 0; i < weights.Count; i++)
        {
            if (weights[i] * sign > 0)
                order.Add(i);
        }

        order.Sort((a, b) => weights[a] != weights[b] ? Math.Abs(weights[b]).CompareTo(Math.Abs(weights[a])) : a.CompareTo(b));
        var groups = new List<List<int>>();
        int first = 0, last = order.Count - 1;
        while (first <= last)
        {
            var group = new List<int>();
            var left = budget;
            while (first <= last && Math.Abs(weights[order[first]]) <= left)
            {
                left -= Math.Abs(weights[order[first]]);
                group.Add(order[first++]);
            }

            while (first <= last && Math.Abs(weights[order[last]]) <= left)
            {
                left -= Math.Abs(weights[order[last]]);
                group.Add(order[last--]);
            }

            groups.Add(group);
        }

        return groups;
    }
}
