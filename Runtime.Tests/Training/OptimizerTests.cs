using CompileTime.Training;

namespace CompileTime.Tests.Training;

/// <summary>The update rules against PyTorch's formulas in double, on a length that is no multiple of a vector, and numbers worked out
/// by hand.</summary>
public class OptimizerTests
{
    private const int Length = 37;
    private const int Steps = 12;

    [Fact]
    public void Sgd_by_hand()
    {
        // v1 = 0.5 + 0.01·1 = 0.51, w1 = 1 - 0.1·0.51 = 0.949; v2 = 0.9·0.51 + 0.5 + 0.01·0.949 = 0.96849, w2 = 0.949 - 0.096849 = 0.852151
        var parameter = new Parameter("w", [1]);
        parameter.Value[0] = 1;
        var state = new OptimizerState([parameter], "sgd", 1);
        foreach (var expected in (double[])[0.949, 0.852151])
        {
            parameter.Gradient[0] = 0.5f;
            state.Step(new Sgd(0.1f, momentum: 0.9f, weightDecay: 0.01f), 0.1);
            Assert.Equal(expected, parameter.Value[0], 1e-7); // two roundings of numbers below 1
        }
    }

    [Fact]
    public void Adam_by_hand()
    {
        // Bias correction makes the first step the learning rate whatever the gradient: 1 - 0.1·0.5/(0.5 + 1e-8). Second, with g = -1:
        // m = 0.9·0.05 - 0.1 = -0.055, m̂ = -0.055/0.19; v = 0.999·0.00025 + 0.001 = 0.00124975, v̂ = 0.00124975/0.001999.
        var parameter = new Parameter("w", [1]);
        parameter.Value[0] = 1;
        var state = new OptimizerState([parameter], "adam", 2);
        var second = 0.9 - (0.1 * (-0.055 / 0.19) / Math.Sqrt(0.00124975 / 0.001999));
        foreach (var (gradient, expected) in ((float, double)[])[(0.5f, 0.9), (-1f, second)])
        {
            parameter.Gradient[0] = gradient;
            state.Step(new Adam(0.1f), 0.1f);
            Assert.Equal(expected, parameter.Value[0], 1e-6); // a dozen such roundings
        }
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(0.9f, 0f)]
    [InlineData(0.9f, 0.05f)]
    public void Sgd_as_torch(float momentum, float decay)
    {
        var velocity = new double[Length];
        Run(new Sgd(0.05f, momentum, decay), 0.05f, (step, i, w, g) =>
        {
            g += decay * w;
            velocity[i] = step == 1 ? g : (momentum * velocity[i]) + g;
            return w - (0.05f * velocity[i]);
        });
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.05f)]
    public void Adam_as_torch(float decay)
    {
        var m = new double[Length];
        var v = new double[Length];
        Run(new Adam(0.01f, decay, beta1: 0.8f, beta2: 0.99f), 0.01f, (step, i, w, g) =>
        {
            g += decay * w;
            m[i] = (0.8f * m[i]) + ((1 - 0.8f) * g);
            v[i] = (0.99f * v[i]) + ((1 - 0.99f) * g * g);
            var denominator = (Math.Sqrt(v[i]) / Math.Sqrt(1 - Math.Pow(0.99f, step))) + 1e-8;
            return w - (0.01f / (1 - Math.Pow(0.8f, step)) * m[i] / denominator);
        });
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-0.1f)]
    [InlineData(float.PositiveInfinity)]
    public void Settings_out_of_range_are_refused(float value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(0.1f, momentum: value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(weightDecay: value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta2: value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(epsilon: value));
    }

    // Some ten steps of a few float32 operations each on numbers of size 1: 1e-5 is a hundred roundings.
    private static void Run(Optimizer optimizer, float rate, Func<int, int, double, double, double> reference)
    {
        var parameter = new Parameter("w", [Length]);
        LayerCases.Uniform(Length, 1).CopyTo(parameter.Value, 0);
        var expected = Array.ConvertAll(parameter.Value, value => (double)value);
        var state = new OptimizerState([parameter], optimizer.Kind, optimizer.Slots);
        for (var step = 1; step <= Steps; step++)
        {
            LayerCases.Uniform(Length, step + 1).CopyTo(parameter.Gradient, 0);
            for (var i = 0; i < Length; i++)
                expected[i] = reference(step, i, expected[i], parameter.Gradient[i]);
            state.Step(optimizer, rate);

            // Numbers of size 1, rounded to float32 a few times in each step.
            for (var i = 0; i < Length; i++)
                Assert.Equal(expected[i], parameter.Value[i], 1e-5);
        }
    }
}
