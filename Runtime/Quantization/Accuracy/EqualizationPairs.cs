using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>Which layers of a network can be balanced against each other, and why others cannot.</summary>
internal static class EqualizationPairs
{
    public static List<EqualizedPair> Find(FusedNetwork network, List<string> notes)
    {
        var layers = network.Float.Definition.Layers;
        var pairs = new List<EqualizedPair>();
        foreach (var first in layers.Where(layer => layer.HasWeight))
        {
            var last = first;
            while (true)
            {
                LayerDefinition[] readers = [.. layers.Where(layer => layer.Inputs.Contains(last.Name))];
                if (readers is not [var next])
                {
                    notes.Add(readers.Length == 0
                        ? $"{first.Name} is not equalized: its result is the network's"
                        : $"{first.Name} is not equalized: '{last.Name}' is read by " +
                            $"{string.Join(" and ", readers.Select(reader => reader.Name))}");
                    break;
                }

                if (next.HasWeight)
                {
                    pairs.Add(new EqualizedPair(first, next));
                    break;
                }

                if (!Commutes(next.Kind))
                {
                    notes.Add($"{first.Name} is not equalized: {next.Kind} '{next.Name}' does not commute with a factor per channel");
                    break;
                }

                last = next;
            }
        }

        return pairs;
    }

    /// <summary>Whether f(s·x) = s·f(x) for every s > 0, channel by channel.</summary>
    private static bool Commutes(LayerKind kind) => kind is LayerKind.ReLU or LayerKind.LeakyReLU or LayerKind.MaxPool2d
        or LayerKind.AvgPool2d or LayerKind.AdaptiveAvgPool2d or LayerKind.Flatten;
}
