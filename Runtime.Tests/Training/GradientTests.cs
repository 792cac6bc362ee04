using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Tests.Training;

/// <summary>
/// Backward against central differences of forward, for every layer, its input and all its parameters. The loss is Σ r·output with
/// fixed random r, added up in double.
///
/// With a step h = 0.02 the rounding of float32 outputs (some 100 of size 1, each 1e-7) costs about 1e-6 / 0.04 ≈ 3e-5, and the
/// curvature of BatchNorm, Softmax and the functions of one number h²/6 · f''' ≈ 7e-5 · f'''; everything else is piecewise linear. A
/// tolerance of 2e-3 of the size of the gradient is far above both and far below any mistake in a formula.
/// </summary>
public class GradientTests
{
    private const float Step = 0.02f;
    private const double Tolerance = 2e-3;
    private const int Batch = 5;

    public static TheoryData<string> Names => LayerCases.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Layer(string name)
    {
        var text = LayerCases.All[name];
        var kind = text.Read().Layers[^1].Kind;
        var kinked = kind is LayerKind.ReLU or LayerKind.ReLU6 or LayerKind.MaxPool2d;
        var count = Batch * text.Read().InputShape.Elements;
        Check(text, ScalarFunctions.Has(kind) ? LayerCases.Pieces(count, 1) : kinked ? LayerCases.Spread(count, 1)
            : LayerCases.Uniform(count, 1));
    }

    [Fact]
    public void Frozen_batch_normalization()
    {
        var text = new NetworkText("3x4x5").BatchNorm();
        var network = Check(text, LayerCases.Uniform(Batch * 60, 1), isFrozen: true);
        Assert.All(network["0.running_mean"].Value, mean => Assert.Equal(0, mean));
        Assert.All(network["0.running_var"].Value, variance => Assert.Equal(1, variance));
    }

    [Fact]
    public void Value_read_by_several_layers()
    {
        // A residual block, a concatenation, and values used two and three times; smooth layers only, so that no step meets a kink.
        var text = new NetworkText("2x4x4").Conv(3, 3, padding: 1).BatchNorm().Conv(3, 3, padding: 1).Add("1", "2").Concat("3", "1", "0")
            .AvgPool(new Window(2, 2, 2, 2)).Add("5", "5").Flatten().Linear(4).Softmax();
        Check(text, LayerCases.Uniform(Batch * 32, 2));
    }

    [Fact]
    public void Layer_whose_output_nobody_reads()
    {
        var text = new NetworkText("3").Linear(4).From("input").Linear(5);
        var network = Check(text, LayerCases.Uniform(Batch * 3, 3));
        Assert.All(network["0.weight"].Gradient, gradient => Assert.Equal(0, gradient));
    }

    [Theory]
    [InlineData(Loss.CrossEntropy, false)]
    [InlineData(Loss.CrossEntropy, true)]
    [InlineData(Loss.MeanSquaredError, false)]
    [InlineData(Loss.MeanSquaredError, true)]
    public void Loss_gradient(Loss loss, bool softmax)
    {
        var text = new NetworkText("6").Linear(4);
        var network = (softmax ? text.Softmax() : text).Network();
        var data = new Dataset(LayerCases.Uniform(6 * Batch, 4), [0, 3, 1, 2, 3]);
        var target = LossFunction.Target(network, loss);
        int[] samples = [2, 0, 4, 1, 3];
        double Value()
        {
            Load(network, data, samples);
            network.ForwardTraining(Batch, 0, target);
            return LossFunction.Compute(loss, target, data, samples);
        }

        Value();
        network.Backward(Batch, target);
        Compare(network["0.weight"].Value, (float[])network["0.weight"].Gradient.Clone(), Value, "weight");
        Compare(network["0.bias"].Value, (float[])network["0.bias"].Gradient.Clone(), Value, "bias");
    }

    [Fact]
    public void Regression_loss_gradient()
    {
        var network = new NetworkText("3").Linear(2).Network();
        var data = new Dataset(LayerCases.Uniform(9, 5), LayerCases.Uniform(6, 6), 2);
        int[] samples = [0, 1, 2];
        double Value()
        {
            Load(network, data, samples);
            network.ForwardTraining(3, 0, network.Output);
            return LossFunction.Compute(Loss.MeanSquaredError, network.Output, data, samples);
        }

        Value();
        network.Backward(3, network.Output);
        Compare(network["0.weight"].Value, (float[])network["0.weight"].Gradient.Clone(), Value, "weight");
    }

    private static void Load(FloatNetwork network, Dataset data, int[] samples)
    {
        network.Reserve(samples.Length, training: true);
        for (var i = 0; i < samples.Length; i++)
            data.CopySample(samples[i], network.Definition, network.Input.Sample(i));
    }

    private static FloatNetwork Check(NetworkText text, float[] input, bool isFrozen = false)
    {
        var network = text.Network();
        foreach (var norm in network.Layers.OfType<BatchNorm>())
            norm.IsFrozen = isFrozen;
        var cotangent = LayerCases.Uniform(Batch * network.Output.Elements, 7);
        double Value()
        {
            network.Reserve(Batch, training: true);
            input.CopyTo(network.Input.Data, 0);
            network.ForwardTraining(Batch, 3, network.Output);
            var loss = 0.0;
            for (var i = 0; i < cotangent.Length; i++)
                loss += (double)cotangent[i] * network.Output.Data[i];
            return loss;
        }

        foreach (var parameter in network.Trained)
            LayerCases.Uniform(parameter.Value.Length, parameter.Name.Length).CopyTo(parameter.Value, 0);
        Value();
        cotangent.CopyTo(network.Output.Gradient, 0);
        network.Backward(Batch, network.Output);
        var inputGradient = network.Input.Gradient.AsSpan(0, input.Length).ToArray();
        var gradients = network.Trained.Select(parameter => (float[])parameter.Gradient.Clone()).ToArray();
        Compare(input, inputGradient, Value, "input");
        for (var i = 0; i < gradients.Length; i++)
            Compare(network.Trained[i].Value, gradients[i], Value, network.Trained[i].Name);
        return network;
    }

    private static void Compare(float[] at, float[] gradient, Func<double> value, string name)
    {
        var size = Math.Max(1, gradient.Max(Math.Abs));
        for (var i = 0; i < at.Length; i++)
        {
            var kept = at[i];
            at[i] = kept + Step;
            var above = value();
            var upper = at[i];
            at[i] = kept - Step;
            var below = value();
            var difference = (above - below) / ((double)upper - at[i]);
            at[i] = kept;
            Assert.True(Math.Abs(difference - gradient[i]) <= Tolerance * size,
                $"{name}[{i}]: backward says {gradient[i]}, the difference {difference}");
        }
    }
}
