namespace CompileTime.Benchmarks.Networks;

/// <summary>LeNet-5: 417 thousand multiply-accumulates.</summary>
[Model(1, 28, 28)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2), Flatten]
[Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class LeNet5;

/// <summary>Keyword spotting of MLPerf Tiny, depthwise separable: 2.7 million multiply-accumulates.</summary>
[Model(1, 49, 10)]
[Conv2d(64, 10, 4, Stride = 2, Paddings = [4, 1, 5, 1]), BatchNorm, ReLU]
[Conv2d(64, 3, Padding = 1, Groups = 64), BatchNorm, ReLU, Conv2d(64, 1), BatchNorm, ReLU]
[Conv2d(64, 3, Padding = 1, Groups = 64), BatchNorm, ReLU, Conv2d(64, 1), BatchNorm, ReLU]
[Conv2d(64, 3, Padding = 1, Groups = 64), BatchNorm, ReLU, Conv2d(64, 1), BatchNorm, ReLU]
[Conv2d(64, 3, Padding = 1, Groups = 64), BatchNorm, ReLU, Conv2d(64, 1), BatchNorm, ReLU]
[GlobalAvgPool2d, Flatten, Linear(12)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class DsCnn;

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

/// <summary>Image classification of MLPerf Tiny: a residual network, 12.5 million multiply-accumulates.</summary>
[Model(3, 32, 32)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class ResNet8
{
    [Conv2d(16, 3, Padding = 1), BatchNorm, ReLU] private static partial Tensor Stem(Tensor x);

    [Conv2d(16, 3, Padding = 1), BatchNorm, ReLU] private static partial Tensor Block1A(Tensor x);
    [Conv2d(16, 3, Padding = 1), BatchNorm] private static partial Tensor Block1B(Tensor x);

    [Conv2d(32, 3, Stride = 2, Padding = 1), BatchNorm, ReLU] private static partial Tensor Block2A(Tensor x);
    [Conv2d(32, 3, Padding = 1), BatchNorm] private static partial Tensor Block2B(Tensor x);
    [Conv2d(32, 1, Stride = 2), BatchNorm] private static partial Tensor Shortcut2(Tensor x);

    [Conv2d(64, 3, Stride = 2, Padding = 1), BatchNorm, ReLU] private static partial Tensor Block3A(Tensor x);
    [Conv2d(64, 3, Padding = 1), BatchNorm] private static partial Tensor Block3B(Tensor x);
    [Conv2d(64, 1, Stride = 2), BatchNorm] private static partial Tensor Shortcut3(Tensor x);

    [Linear(10)] private static partial Tensor Classify(Tensor x);

    private static Tensor Forward(Tensor x)
    {
        x = Stem(x);
        x = ReLU(Add(x, Block1B(Block1A(x))));
        x = ReLU(Add(Shortcut2(x), Block2B(Block2A(x))));
        x = ReLU(Add(Shortcut3(x), Block3B(Block3A(x))));
        return Classify(Flatten(GlobalAvgPool2d(x)));
    }
}
