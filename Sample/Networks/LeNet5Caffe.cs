namespace Sample.Networks;

/// <summary>LeNet-5 as Caffe has it, and with it Deep Compression: 431,080 parameters, pruned far beyond the paper's 92 %.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(20, 5), MaxPool2d(2), Conv2d(50, 5), MaxPool2d(2)]
[Flatten, Linear(500), ReLU, Linear(10)]
[Prune(0.98, L1)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class LeNet5Caffe;
