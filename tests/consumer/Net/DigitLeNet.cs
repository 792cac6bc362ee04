namespace Digits;

[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2), Flatten]
[Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Prune(0.6, L1)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class DigitLeNet;
