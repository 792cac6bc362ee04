namespace Sample.Networks;

/// <summary>LeNet-300-100 of Deep Compression (Han, Mao and Dally 2016): 266,610 parameters, pruned far beyond the paper's 92 %.</summary>
[Model(784, InputScale = 1 / 255f)]
[Linear(300), ReLU, Linear(100), ReLU, Linear(10)]
[Prune(0.965, L1)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class LeNet300100;
