using System.Collections.Generic;
using System.Linq;

namespace CompileTime.Shared;

/// <summary>
/// Layers between a value and an Add that can all go at once, because the other operand, the skip, leads past them: the skip is the
/// value itself, or comes from it by fewer layers with weights (a projection).
/// </summary>
/// <param name="Last">Index of the layer with weights that ends the branch: without its weights the branch is zero.</param>
/// <param name="Layers">Indices of all layers that only the branch needs, ascending.</param>
internal sealed record ResidualBranch(int Last, IReadOnlyList<int> Layers)
{
    /// <summary>The branches of a network in the order of their last layers.</summary>
    public static IReadOnlyList<ResidualBranch> Of(IReadOnlyList<LayerDefinition> layers)
    {
        var indices = new Dictionary<string, int>();
        for (var i = 0; i < layers.Count; i++)
            indices.Add(layers[i].Name, i);
        var branches = new List<ResidualBranch>();
        for (var i = 0; i < layers.Count; i++)
        {
            if (layers[i].Kind != LayerKind.Add)
                continue;
            var (x, y) = (Needed(layers[i].Inputs[0]), Needed(layers[i].Inputs[1]));
            if (Branch(i, layers[i].Inputs[0], x, y) is { } first)
                branches.Add(first);
            if (Branch(i, layers[i].Inputs[1], y, x) is { } second)
                branches.Add(second);
        }

        return [.. branches.OrderBy(branch => branch.Last)];

        ResidualBranch? Branch(int add, string operand, HashSet<int> branch, HashSet<int> skip)
        {
            var own = branch.Where(index => !skip.Contains(index)).OrderBy(index => index).ToList();
            if (Weighted(own) <= Weighted(skip.Where(index => !branch.Contains(index))) || Last(operand) is not { } last
                || !own.Contains(last))
                return null;

            // Somebody else may read it: then it is not the branch's alone.
            var isRead = layers.Where((_, reader) => reader != add && !own.Contains(reader))
                .Any(reader => reader.Inputs.Any(input => indices.TryGetValue(input, out var index) && own.Contains(index)));
            return isRead || own.Contains(layers.Count - 1) ? null : new ResidualBranch(last, own);
        }

        int Weighted(IEnumerable<int> some) => some.Count(index => layers[index].HasWeight);

        // Back through what makes zero of zero.
        int? Last(string value)
        {
            while (indices.TryGetValue(value, out var index))
            {
                if (layers[index].HasWeight)
                    return index;
                if (layers[index].Inputs.Count != 1
                    || layers[index].Kind is LayerKind.Sigmoid or LayerKind.Hardsigmoid or LayerKind.Softmax)
                    return null;
                value = layers[index].Inputs[0];
            }

            return null;
        }

        HashSet<int> Needed(string value)
        {
            var needed = new HashSet<int>();
            var open = new Stack<string>([value]);
            while (open.Count > 0)
            {
                if (!indices.TryGetValue(open.Pop(), out var index) || !needed.Add(index))
                    continue;
                foreach (var input in layers[index].Inputs)
                    open.Push(input);
            }

            return needed;
        }
    }
}
