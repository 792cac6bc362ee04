namespace Sample.Networks;

/// <summary>784-300-100-10: the smallest network that reads digits well.</summary>
[Model(784, InputScale = 1 / 255f)]
[Linear(300), ReLU, Linear(100), ReLU, Linear(10)]
[Prune(0.6, L1)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class DigitMlp;
