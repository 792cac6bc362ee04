namespace Sample.Networks;

/// <summary>
/// The residual network of MLPerf Tiny's image classification (CIFAR-10), BatchNorm folded. TensorFlow's SAME padding with stride 2 lies
/// below and to the right. Pixels are 0..255.
/// </summary>
[Model(3, 32, 32, InputScale = 1)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class ImageResNet8
{
    [Conv2d(16, 3, Padding = 1)] private static partial Tensor Conv0(Tensor x);
    [Conv2d(16, 3, Padding = 1)] private static partial Tensor Conv1(Tensor x);
    [Conv2d(16, 3, Padding = 1)] private static partial Tensor Conv2(Tensor x);

    [Conv2d(32, 3, Stride = 2, Paddings = [0, 0, 1, 1])] private static partial Tensor Conv3(Tensor x);
    [Conv2d(32, 3, Padding = 1)] private static partial Tensor Conv4(Tensor x);
    [Conv2d(32, 1, Stride = 2)] private static partial Tensor Conv5(Tensor x);

    [Conv2d(64, 3, Stride = 2, Paddings = [0, 0, 1, 1])] private static partial Tensor Conv6(Tensor x);
    [Conv2d(64, 3, Padding = 1)] private static partial Tensor Conv7(Tensor x);
    [Conv2d(64, 1, Stride = 2)] private static partial Tensor Conv8(Tensor x);

    [Linear(10)] private static partial Tensor Fc0(Tensor x);

    private static Tensor Forward(Tensor x)
    {
        x = ReLU(Conv0(x));
        x = ReLU(Add(x, Conv2(ReLU(Conv1(x)))));
        x = ReLU(Add(Conv5(x), Conv4(ReLU(Conv3(x)))));
        x = ReLU(Add(Conv8(x), Conv7(ReLU(Conv6(x)))));
        return Softmax(Fc0(Flatten(GlobalAvgPool2d(x))));
    }
}
