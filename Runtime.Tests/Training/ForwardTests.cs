using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Tests.Training;

/// <summary>
/// Forward against the definitions in double. Sums here have at most some 100 terms of size up to 10; float32 keeps them to about
/// 100 · 6e-8 of the sum of magnitudes, so 2e-5 relative to 1 or the value is met with room, and no wrong element passes.
/// </summary>
public class ForwardTests
{
    private const double Tolerance = 2e-5;

    public static TheoryData<string> Names => LayerCases.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Layer_in_eval_mode(string name)
    {
        // Batches below, at and above the number of slices: some slices are empty.
        foreach (var batch in (int[])[1, 3, 4, 9])
        {
            var network = LayerCases.All[name].Network();
            Randomize(network);
            var input = LayerCases.Spread(batch * network.Input.Elements, batch);
            var output = network.Forward(input, batch).ToArray();
            Compare(Naive(network, input, batch, training: false)[^1], output, name);
        }
    }

    [Fact]
    public void Graph_in_eval_mode_and_its_observer()
    {
        var network = new NetworkText("2x5x5").Conv(4, 3, padding: 1).BatchNorm().ReLU().Conv(4, 3, padding: 1).Add("2", "3")
            .Concat("4", "0").AvgPool(new Window(2, 2, 1, 1)).Dropout("0.5").Adaptive(1, 1).Flatten().Linear(3).Softmax().Network();
        Randomize(network);
        var input = LayerCases.Uniform(3 * 50, 1);
        var seen = new List<string>();
        var outputs = new List<float[]>();
        network.Forward(input, 3, (layer, values) =>
        {
            seen.Add(layer.Name);
            outputs.Add(values.ToArray());
        });
        var expected = Naive(network, input, 3, training: false);
        Assert.Equal(network.Definition.Layers.Select(layer => layer.Name), seen);
        for (var i = 0; i < expected.Count; i++)
            Compare(expected[i], outputs[i], network.Definition.Layers[i].Name);
    }

    [Theory]
    [InlineData("batch norm")]
    [InlineData("batch norm of features")]
    public void Batch_norm_while_training(string name)
    {
        const int Batch = 6;
        var network = LayerCases.All[name].Network();
        Randomize(network);
        var layer = network.Definition.Layers[0];

        // A mean far from zero: the variance must not be lost in the difference of two large numbers.
        var input = LayerCases.Uniform(Batch * network.Input.Elements, 1).Select(value => value + 50).ToArray();
        var before = network.Parameters.ToDictionary(parameter => parameter.Name, parameter => (float[])parameter.Value.Clone());
        network.Reserve(Batch, training: true);
        input.CopyTo(network.Input.Data, 0);
        network.ForwardTraining(Batch, 0, network.Output);

        // The subtraction of the mean costs 50 / 1 of the precision.
        Compare(Naive(network, input, Batch, training: true)[0], network.Output.Data[..input.Length], name, 50 * Tolerance);
        var wide = Array.ConvertAll(input, value => (double)value);
        for (var c = 0; c < layer.InputShape.Channels; c++)
        {
            var (mean, variance, count) = NaiveLayers.Statistics(layer, wide, Batch, c);
            var expectedMean = ((1 - layer.Momentum) * before["0.running_mean"][c]) + (layer.Momentum * mean);
            var expectedVariance = ((1 - layer.Momentum) * before["0.running_var"][c]) + (layer.Momentum * variance * count / (count - 1));

            // float32 of means near 50, 2^-18 each, a tenth of it new; and of variances near 1.
            Assert.Equal(expectedMean, network["0.running_mean"].Value[c], 1e-5);
            Assert.Equal(expectedVariance, network["0.running_var"].Value[c], 1e-6);
        }
    }

    [Fact]
    public void Batch_norm_refuses_a_single_value_per_channel()
    {
        var network = LayerCases.All["batch norm of features"].Network();
        network.Reserve(1, training: true);
        var error = Assert.Throws<InvalidOperationException>(() => network.ForwardTraining(1, 0, network.Output));
        Assert.Contains("more than one value per channel", error.Message);
    }

    [Fact]
    public void Dropout_while_training_zeroes_its_share_and_keeps_the_mean()
    {
        const int Batch = 500;
        var network = new NetworkText("40").Dropout("0.3").Network();
        network.Reserve(Batch, training: true);
        Array.Fill(network.Input.Data, 1f);
        network.ForwardTraining(Batch, 7, network.Output);
        var output = network.Output.Data[..(Batch * 40)];
        Assert.All(output, value => Assert.True(value == 0 || value == (float)(1 / 0.7), $"{value}"));

        // 20,000 draws: the standard deviation of the share is 0.0032; five of them.
        Assert.Equal(0.3, output.Count(value => value == 0) / 20000.0, 0.016);
        network.ForwardTraining(Batch, 8, network.Output);
        Assert.NotEqual(output, network.Output.Data[..(Batch * 40)]);
        network.ForwardTraining(Batch, 7, network.Output);
        Assert.Equal(output, network.Output.Data[..(Batch * 40)]);
    }

    [Fact]
    public void Maximum_shows_a_nan()
    {
        var network = LayerCases.All["max pool"].Network();
        var input = LayerCases.Spread(96, 1);
        input[9] = float.NaN; // in the window of output 0, after its first element
        Assert.True(float.IsNaN(network.Forward(input, 1)[0]));
    }

    [Fact]
    public void Wrong_length_is_named()
    {
        var network = new NetworkText("2x3x3").Flatten().Linear(2).Network();
        var error = Assert.Throws<ArgumentException>(() => network.Forward(new float[17], 1));
        Assert.Contains("18 values per sample (2x3x3)", error.Message);
    }

    private static void Randomize(FloatNetwork network)
    {
        foreach (var parameter in network.Parameters)
        {
            LayerCases.Uniform(parameter.Value.Length, parameter.Name.Length).CopyTo(parameter.Value, 0);
            if (parameter.Name.EndsWith("running_var", StringComparison.Ordinal))
                Array.ForEach(Enumerable.Range(0, parameter.Value.Length).ToArray(), i =>
                    parameter.Value[i] = 0.2f + Math.Abs(parameter.Value[i]));
        }
    }

    private static List<double[]> Naive(FloatNetwork network, float[] input, int batch, bool training)
    {
        var values = new Dictionary<string, double[]> { [NetworkDefinition.InputName] = Array.ConvertAll(input, value => (double)value) };
        var outputs = new List<double[]>();
        foreach (var layer in network.Definition.Layers)
        {
            var inputs = layer.Inputs.Select(name => values[name]).ToArray();
            outputs.Add(NaiveLayers.Forward(layer, inputs, batch, name => network[layer.Name + "." + name].Value, training));
            values[layer.Name] = outputs[^1];
        }

        return outputs;
    }

    private static void Compare(double[] expected, float[] actual, string name, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var room = tolerance * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - actual[i]) <= room, $"{name}[{i}]: {actual[i]} instead of {expected[i]}");
        }
    }
}
