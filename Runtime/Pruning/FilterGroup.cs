using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Pruning;

/// <summary>
/// Structure.Filter: units of filters that can only be removed together (<see cref="FilterUnits"/>), ranked with each other and pruned in
/// all their layers at once.
/// </summary>
internal sealed class FilterGroup
{
    private readonly IReadOnlyList<FilterUnit> _units;
    private readonly Dictionary<int, PruningTarget> _layers;
    private readonly float[] _scores;

    private FilterGroup(FloatNetwork network, PruneRule rule, IReadOnlyList<FilterUnit> units, int seed)
    {
        (_units, Rule) = (units, rule);
        var (method, norm) = Importance.Of(rule);
        _layers = units.SelectMany(unit => unit.Filters).Select(filter => filter.Layer).Distinct().ToDictionary(layer => layer, layer =>
        {
            var weight = network[network.Definition.Layers[layer].Name + ".weight"];
            return Importance.Target(weight, Units.Slices(weight.Shape, 0), method, norm, seed);
        });

        // Norms of layers with larger filters are larger: without a common measure small layers would go first.
        var isRelative = method != PruningMethod.Random && rule.Threshold is null && (rule.IsGlobal || _layers.Count > 1);
        var scores = _layers.ToDictionary(layer => layer.Key, layer => (isRelative ? layer.Value.Normalized() : layer.Value).Scores);

        // A mean, not a sum: where many layers give a channel, it would otherwise count for more than one that a single layer gives. The
        // mean of random numbers would no longer be as likely to be small as one of them.
        _scores = [.. units.Select(unit => method == PruningMethod.Random
            ? scores[unit.Filters[0].Layer][unit.Filters[0].Filter]
            : (float)unit.Filters.Average(filter => (double)scores[filter.Layer][filter.Filter]))];
    }

    public PruneRule Rule { get; }

    /// <summary>Units, pruned or not.</summary>
    public int Count => _units.Count;

    /// <summary>Units that are not pruned yet.</summary>
    public int Remaining => Left().Count;

    /// <summary>What the rules of a network rank together: all units of a class's rule, or those of layers that share some.</summary>
    public static IEnumerable<FilterGroup> Of(FloatNetwork network, int seed)
    {
        var layers = network.Definition.Layers;
        return Pruned(network.Definition).GroupBy(unit => (Rule(unit), Rule(unit).IsGlobal ? -1 : unit.Cluster))
            .Select(group => new FilterGroup(network, group.Key.Item1, [.. group], seed));

        PruneRule Rule(FilterUnit unit) => layers[unit.Filters[0].Layer].Prune!;
    }

    /// <summary>The units that a rule prunes: it is the rule of all their layers.</summary>
    public static IEnumerable<FilterUnit> Pruned(NetworkDefinition definition) =>
        definition.Layers.Any(layer => layer.Prune is { IsFilter: true })
            ? FilterUnits.Of(definition.Layers, definition.InputShape).Where(unit =>
                definition.Layers[unit.Filters[0].Layer].Prune is { } rule && unit.Follows(rule, definition.Layers))
            : [];

    /// <summary>Prunes the units with the lowest scores; equal ones in the order of the layers. NaN counts as largest.</summary>
    /// <param name="count">At most the units that are left.</param>
    public void PruneLowest(int count)
    {
        // A layer without any filter ends the network: of a class's rule its last one stays as long as there are others to prune.
        var (chosen, last) = (new List<int>(), new List<int>());
        var remaining = _layers.ToDictionary(layer => layer.Key, layer => layer.Value.Remaining);
        foreach (var unit in Left().OrderBy(unit => BitConverter.SingleToUInt32Bits(MathF.Abs(_scores[unit]))))
        {
            var filters = _units[unit].Filters.GroupBy(filter => filter.Layer).ToList();
            if (Rule.IsGlobal && filters.Any(layer => remaining[layer.Key] <= layer.Count()))
            {
                last.Add(unit);
                continue;
            }

            chosen.Add(unit);
            filters.ForEach(layer => remaining[layer.Key] -= layer.Count());
        }

        Prune(chosen.Concat(last).Take(count));
    }

    /// <summary>Prunes the units with scores below the threshold.</summary>
    public void PruneBelow(double threshold) => Prune(Enumerable.Range(0, Count).Where(unit => _scores[unit] < threshold));

    private void Prune(IEnumerable<int> units)
    {
        foreach (var filters in units.SelectMany(unit => _units[unit].Filters).ToLookup(filter => filter.Layer, filter => filter.Filter))
        {
            var chosen = new bool[_layers[filters.Key].Units.Count];
            foreach (var filter in filters)
                chosen[filter] = true;
            _layers[filters.Key].Prune(chosen);
        }
    }

    private List<int> Left()
    {
        var left = _layers.ToDictionary(layer => layer.Key, layer => layer.Value.Units.Left(layer.Value.Parameter.Mask));
        return [.. Enumerable.Range(0, Count).Where(unit => _units[unit].Filters.Any(filter => left[filter.Layer][filter.Filter]))];
    }
}
