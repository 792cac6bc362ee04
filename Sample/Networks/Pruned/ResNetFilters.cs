namespace Sample.Networks;

// DigitResNet8 without its smallest filters: how a network is pruned is part of its declaration, and each gets code of its own.

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Prune(0.5, L1, Structure.Filter), Quantize(Int8, Backend.Fbgemm)]
public partial class ResNetFilters50
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

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Prune(0.8, L1, Structure.Filter), Quantize(Int8, Backend.Fbgemm)]
public partial class ResNetFilters80
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

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Prune(0.9, L1, Structure.Filter), Quantize(Int8, Backend.Fbgemm)]
public partial class ResNetFilters90
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

/// <summary>A row of docs/pruning.md.</summary>
[Model(1, 28, 28, InputScale = 1 / 255f)]
[Prune(0.95, L1, Structure.Filter), Quantize(Int8, Backend.Fbgemm)]
public partial class ResNetFilters95
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
