namespace Sample.Networks;

/// <summary>
/// The depthwise separable network of MLPerf Tiny's keyword spotting (Speech Commands), BatchNorm folded. The input is 49 frames of 10
/// MFCC; TensorFlow's SAME padding of the first layer is [4, 1, 5, 1].
/// </summary>
[Model(1, 49, 10)]
[Quantize(Int8, Backend.Fbgemm)]
public partial class KeywordDsCnn
{
    [Conv2d(64, 10, 4, Stride = 2, Paddings = [4, 1, 5, 1])] private static partial Tensor Conv0(Tensor x);

    [Conv2d(64, 3, Padding = 1, Groups = 64)] private static partial Tensor Dwconv0(Tensor x);
    [Conv2d(64, 1)] private static partial Tensor Conv1(Tensor x);
    [Conv2d(64, 3, Padding = 1, Groups = 64)] private static partial Tensor Dwconv1(Tensor x);
    [Conv2d(64, 1)] private static partial Tensor Conv2(Tensor x);
    [Conv2d(64, 3, Padding = 1, Groups = 64)] private static partial Tensor Dwconv2(Tensor x);
    [Conv2d(64, 1)] private static partial Tensor Conv3(Tensor x);
    [Conv2d(64, 3, Padding = 1, Groups = 64)] private static partial Tensor Dwconv3(Tensor x);
    [Conv2d(64, 1)] private static partial Tensor Conv4(Tensor x);

    [Linear(12)] private static partial Tensor Fc0(Tensor x);

    private static Tensor Forward(Tensor x)
    {
        x = ReLU(Conv0(x));
        x = ReLU(Conv1(ReLU(Dwconv0(x))));
        x = ReLU(Conv2(ReLU(Dwconv1(x))));
        x = ReLU(Conv3(ReLU(Dwconv2(x))));
        x = ReLU(Conv4(ReLU(Dwconv3(x))));
        return Softmax(Fc0(Flatten(GlobalAvgPool2d(x))));
    }
}
