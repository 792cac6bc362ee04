using CompileTime.Shared;

namespace CompileTime;

public sealed partial class CompressedModel
{
    /// <summary>The work of each declared layer with weights, before and after removal.</summary>
    private List<LayerWork> Work()
    {
        var nodes = Model.Network.Nodes.Where(node => node.Weight is not null).ToDictionary(node => node.Name, StringComparer.Ordinal);
        return
        [
            .. _definition.Layers.Where(layer => layer.HasWeight).Select(layer =>
            {
                var left = nodes.GetValueOrDefault(layer.Name);
                return new LayerWork(layer.Name, layer.Kind.ToString(), layer.OutputShape.Channels, left?.Shape.Channels ?? 0,
                    Shared.Work.Macs(layer.WeightShape, layer.OutputShape),
                    left is null ? 0 : Shared.Work.Macs(left.Weight!.Dimensions, left.Shape));
            }),
        ];
    }
}
