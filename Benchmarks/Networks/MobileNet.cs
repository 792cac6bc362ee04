namespace CompileTime.Benchmarks.Networks;

/// <summary>Visual wake words of MLPerf Tiny: MobileNetV1 of a quarter of the width, 7.5 million multiply-accumulates.</summary>
[Model(3, 96, 96)]
[Conv2d(8, 3, Stride = 2, Padding = 1), BatchNorm, ReLU]
[Conv2d(8, 3, Padding = 1, Groups = 8), BatchNorm, ReLU, Conv2d(16, 1), BatchNorm, ReLU]
[Conv2d(16, 3, Stride = 2, Padding = 1, Groups = 16), BatchNorm, ReLU, Conv2d(32, 1), BatchNorm, ReLU]
[Conv2d(32, 3, Padding = 1, Groups = 32), BatchNorm, ReLU, Conv2d(32, 1), BatchNorm, ReLU]
[Conv2d(32, 3, Stride = 2, Padding = 1, Groups = 32), BatchNorm, ReLU, Conv2d(64, 1), BatchNorm, ReLU]
[Conv2d(64, 3, Padding = 1, Groups = 64), BatchNorm, ReLU, Conv2d(64, 1), BatchNorm, ReLU]
[Conv2d(64, 3, Stride = 2, Padding = 1, Groups = 64), BatchNorm, ReLU, Conv2d(128, 1), BatchNorm, ReLU]
[Conv2d(128, 3, Padding = 1, Groups = 128), BatchNorm, ReLU, Conv2d(128, 1), BatchNorm, ReLU]
[Conv2d(128, 3, Padding = 1, Groups = 128), BatchNorm, ReLU, Conv2d(128, 1), BatchNorm, ReLU]
[Conv2d(128, 3, Padding = 1, Groups = 128), BatchNorm, ReLU, Conv2d(128, 1), BatchNorm, ReLU]
[Conv2d(128, 3, Padding = 1, Groups = 128), BatchNorm, ReLU, Conv2d(128, 1), BatchNorm, ReLU]
[Conv2d(128, 3, Padding = 1, Groups = 128), BatchNorm, ReLU, Conv2d(128, 1), BatchNorm, ReLU]
[Conv2d(128, 3, Stride = 2, Padding = 1, Groups = 128), BatchNorm, ReLU, Conv2d(256, 1), BatchNorm, ReLU]
[Conv2d(256, 3, Padding = 1, Groups = 256), BatchNorm, ReLU, Conv2d(256, 1), BatchNorm, ReLU]
[GlobalAvgPool2d, Flatten, Linear(2)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class MobileNet;
