/// <summary>Tells which of three spiral arms a point of the plane belongs to. Hover over a layer to see its shape and kernel.</summary>
[Model(2)]
[Linear(64), ReLU, Linear(64), ReLU, Linear(3)]
[Prune(0.5, L1)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class Classifier;
