namespace Races;

/// <summary>So small that what a call takes besides its arithmetic is seen.</summary>
[Model(16, InputScale = 1 / 255f)]
[Linear(16), ReLU, Linear(4)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class Tiny;

/// <summary>Layers with most of their weights pruned.</summary>
[Model(784, InputScale = 1 / 255f)]
[Linear(300), ReLU, Linear(100), ReLU, Linear(10)]
[Prune(0.6, L1)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class Mlp;

/// <summary>Dense convolutions and sums.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class Residual
{
    [Conv2d(16, 3, Padding = 1), BatchNorm, ReLU] private static partial Tensor Stem(Tensor x);
    [Conv2d(16, 3, Padding = 1), BatchNorm, ReLU] private static partial Tensor First(Tensor x);
    [Conv2d(16, 3, Padding = 1), BatchNorm] private static partial Tensor Second(Tensor x);
    [Conv2d(32, 3, Stride = 2, Padding = 1), BatchNorm, ReLU] private static partial Tensor Narrow(Tensor x);
    [Linear(10)] private static partial Tensor Classify(Tensor x);

    private static Tensor Forward(Tensor x)
    {
        x = Stem(x);
        x = ReLU(Add(x, Second(First(x))));
        return Classify(Flatten(GlobalAvgPool2d(Narrow(x))));
    }
}

/// <summary>Depthwise and pointwise convolutions by turns.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Conv2d(32, 3, Stride = 2, Padding = 1), ReLU]
[Conv2d(32, 3, Padding = 1, Groups = 32), ReLU, Conv2d(64, 1), ReLU]
[Conv2d(64, 3, Padding = 1, Groups = 64), ReLU, Conv2d(64, 1), ReLU]
[GlobalAvgPool2d, Flatten, Linear(10)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class Depthwise;
