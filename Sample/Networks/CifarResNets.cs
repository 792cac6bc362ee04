namespace Sample.Networks;

// The network of MLPerf Tiny's image classification: what 50 % filters save does not depend on what they have learned.

/// <summary>ResNet8 for images of 3x32x32.</summary>
[Model(3, 32, 32, InputScale = 1 / 255f)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class CifarResNet8
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

/// <summary>The same with half of the filters of every group.</summary>
[Model(3, 32, 32, InputScale = 1 / 255f)]
[Prune(0.5, L1, Structure.Filter, Scope = Scope.Local), Quantize(Int8, Backend.Fbgemm)]
public partial class CifarResNet8Half
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
