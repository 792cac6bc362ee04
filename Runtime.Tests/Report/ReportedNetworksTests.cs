using System.Xml.Linq;
using CompileTime.Reports;
using CompileTime.Tests.Quantization;

namespace CompileTime.Tests.Report;

/// <summary>Networks that are not what they were declared as: pruned, with float layers, equalized, large.</summary>
public sealed class ReportedNetworksTests
{
    // Decibels of 127 steps to the error of rounding, a twelfth of a step squared: a signal as strong as the end of its range. One that is
    // weaker than a thirtieth of that would be 30 dB lower.
    private static readonly double SevenBits = 10 * Math.Log10(127 * 127 * 12);

    [Fact]
    public void Of_a_network_that_lost_channels_those_that_are_left_are_measured()
    {
        // The same network twice: with half of the filters zero, and declared without them. Zeros of dead channels change a histogram,
        // but no range, which has zero in it anyway.
        var text = Networks.Residual.Replace(Networks.Quantized, "quantize Int8 Fbgemm activation=MinMax\n", StringComparison.Ordinal);
        var wide = Networks.Trained(text, 64);
        foreach (var name in wide.ParameterNames.Where(name => !name.StartsWith("fc", StringComparison.Ordinal)
            && !name.EndsWith("running_mean", StringComparison.Ordinal) && !name.EndsWith("running_var", StringComparison.Ordinal)))
        {
            var values = wide.GetParameter(name);
            Array.Clear(values, 0, values.Length / 2);
            wide.SetParameter(name, values);
        }

        // What would be read of dead channels would still be in the ranges of the weights.
        foreach (var layer in wide.Definition.Layers.Where(layer => layer.HasWeight && layer.InputShape.Channels > 1))
        {
            var values = wide.GetParameter(layer.Name + ".weight");
            var filter = values.Length / layer.OutputShape.Channels;
            for (var start = 0; start < values.Length; start += filter)
                Array.Clear(values, start, filter / 2);
            wide.SetParameter(layer.Name + ".weight", values);
        }

        var narrow = new Trainer(text.Replace("-> 8x8x8", "-> 4x8x8", StringComparison.Ordinal)
            .Replace("-> 16x", "-> 8x", StringComparison.Ordinal).Replace("Flatten(gap) -> 16", "Flatten(gap) -> 8",
                StringComparison.Ordinal), 1);
        foreach (var name in narrow.ParameterNames)
            narrow.SetParameter(name, Last(wide, narrow, name));
        var (calibration, test) = (Networks.Data(64, 100, seed: 2), Networks.Data(64, 80, seed: 11));
        wide.Calibrate(calibration);
        narrow.Calibrate(calibration);
        using var folder = new TemporaryFolder();
        var actual = wide.Convert();
        Assert.Equal("4x8x8", actual.Model.Network.Nodes[1].Shape.ToString());
        var expected = narrow.Convert().Report(folder["narrow.html"], test).Layers.ToDictionary(layer => layer.Name);
        var report = actual.Report(folder["wide.html"], test);
        Assert.Equal(expected.Count, report.Layers.Count);
        foreach (var layer in report.Layers)
        {
            var same = expected[layer.Name];
            Assert.Equal((same.ObservedMin, same.ObservedMax), (layer.ObservedMin, layer.ObservedMax));

            // The float network adds in another order: 2^-23 of the signal, of an error 50 dB (1/316) below it 4e-5, and 8.7 dB times that.
            Assert.Equal(same.OwnSqnr, layer.OwnSqnr, 5e-4);
            Assert.Equal(same.Sqnr, layer.Sqnr, 5e-4);
        }

        Assert.Contains("4 of 8", ReportTests.Texts(folder["wide.html"]));
    }

    [Fact]
    public void A_layer_that_is_gone_is_named_and_not_measured()
    {
        var trainer = Networks.Trained(Networks.Residual, 64);
        foreach (var name in new[] { "b.weight", "bn.weight", "bn.bias" })
            trainer.SetParameter(name, new float[trainer.GetParameter(name).Length]);
        trainer.Calibrate(Networks.Data(64, 100, seed: 2));
        using var folder = new TemporaryFolder();
        var model = trainer.Convert();
        var report = model.Report(folder["report.html"], Networks.Data(64, 40, seed: 11));
        var names = model.Model.Network.Nodes.Select(node => node.Name).ToHashSet();
        Assert.DoesNotContain("a", names);
        Assert.All(report.Layers, layer => Assert.Contains(layer.Name, names));
        Assert.Contains(ReportTests.Texts(folder["report.html"]), text => text.Contains("could influence the result: a, b",
            StringComparison.Ordinal));
    }

    [Fact]
    public void The_map_and_the_counts_are_of_what_ships()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        trainer.Prune();
        trainer.Calibrate(Networks.Data(6, 100));
        using var folder = new TemporaryFolder();
        var model = trainer.Convert();
        model.Report(folder["report.html"], Networks.Data(6, 40));

        // As many unit cells with a full shade as int8 weights that are not zero, and at the places of the float weights.
        var maps = ReportTests.Page(folder["report.html"]).Descendants("svg").Where(svg => svg.Attribute("class")!.Value == "map").ToList();
        foreach (var (map, name, columns) in new[] { (maps[0], "0", 6), (maps[1], "2", 8) })
        {
            var weight = trainer.GetParameter(name + ".weight");
            var left = model.Model.Weights[model.Model.Network.Nodes.ToList().FindIndex(node => node.Name == name)]!;
            var expected = Enumerable.Range(0, weight.Length).Where(i => left.Values[i] != 0).ToHashSet();
            var actual = new HashSet<int>();
            foreach (var stroke in map.Elements("path").Single().Attribute("d")!.Value.Split('M', StringSplitOptions.RemoveEmptyEntries))
            {
                var numbers = stroke.Split(' ', '.', 'h');
                for (var i = 0; i < int.Parse(numbers[3]); i++)
                    actual.Add((int.Parse(numbers[1]) * columns) + int.Parse(numbers[0]) + i);
            }

            Assert.Equal(expected.Order(), actual.Order());
            Assert.All(actual, i => Assert.NotEqual(0, weight[i]));
        }
    }

    [Fact]
    public void Layers_in_float32_have_no_range_and_their_edges_are_measured()
    {
        var text = Networks.Graph.Replace("a = Conv2d(stem.2) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=4 bias=true",
            "a = Conv2d(stem.2) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=4 bias=true quantize=Float32",
                StringComparison.Ordinal);
        var trainer = Networks.Trained(text, 128);
        trainer.Calibrate(Networks.Data(128, 100, seed: 2));
        using var folder = new TemporaryFolder();
        var model = trainer.Convert();
        var report = model.Report(folder["report.html"], Networks.Data(128, 70, seed: 11));
        var layer = report.Layers.Single(layer => layer.Name == "a");
        Assert.Null(layer.ChosenMin);
        Assert.Null(layer.ChosenMax);
        Assert.Equal(0, layer.ClippedShare);

        // Of its own only rounding of float32 sums, 2^-24 or -144 dB each; what its operand has lost, it has lost too.
        Assert.InRange(layer.OwnSqnr, 120, double.PositiveInfinity);
        Assert.InRange(layer.Sqnr, 1, SevenBits);
        Assert.InRange(report.Layers.Single(layer => layer.Name == "a.quantize").OwnSqnr, SevenBits - 30, SevenBits);
        Assert.DoesNotContain(report.Layers, other => other.Name.EndsWith(".dequantize", StringComparison.Ordinal));
    }

    [Fact]
    public void An_equalized_network_is_compared_with_the_one_that_was_converted()
    {
        var trainer = Networks.Trained(Networks.Residual, 64);

        // One channel of r1 a hundred times as large, and read with a hundredth: equalization undoes it.
        var (scale, shift, reader) = (trainer.GetParameter("an.weight"), trainer.GetParameter("an.bias"), trainer.GetParameter("b.weight"));
        (scale[0], shift[0]) = (scale[0] * 100, shift[0] * 100);
        for (var o = 0; o < 8; o++)
        {
            for (var tap = 0; tap < 9; tap++)
                reader[(o * 72) + tap] /= 100;
        }

        trainer.SetParameter("an.weight", scale);
        trainer.SetParameter("an.bias", shift);
        trainer.SetParameter("b.weight", reader);
        trainer.Calibrate(Networks.Data(64, 100, seed: 2));
        using var folder = new TemporaryFolder();
        var test = Networks.Data(64, 60, seed: 11);
        var plain = trainer.Convert().Report(folder["plain.html"], test).Layers.Single(layer => layer.Name == "a");
        var equalized = trainer.Convert(new ConvertOptions { Equalize = true }).Report(folder["equalized.html"], test);
        var layer = equalized.Layers.Single(layer => layer.Name == "a");
        Assert.True(layer.ObservedMax < plain.ObservedMax / 3);
        Assert.InRange(layer.OwnSqnr, SevenBits - 30, SevenBits);
    }

    [Fact]
    public void After_quantization_aware_training_the_trained_weights_are_what_is_compared_with()
    {
        var trainer = Networks.Trained(Networks.Residual, 64);
        trainer.Calibrate(Networks.Data(64, 100, seed: 2));
        var before = trainer.Convert().Origin!;
        trainer.PrepareQat();
        trainer.Fit(Networks.Data(64, 256), new FitOptions { Epochs = 2, Optimizer = new Adam(1e-2f) });
        var (model, test) = (trainer.Convert(), Networks.Data(64, 60, seed: 11));
        using var folder = new TemporaryFolder();
        var report = model.Report(folder["report.html"], test);
        var against = new NetworkStatistics(trainer.Definition, model.Origin! with { Converted = before.Converted }, model.Model);
        against.Run(test, 60);
        Assert.True(report.Layers.Single(layer => layer.Name == "fc").Sqnr > against.Nodes[^1].Statistics.Sqnr + 3);
    }

    [Fact]
    public void The_file_of_a_large_network_stays_small()
    {
        // 150 wide layers, each with a map of ten thousand weights.
        var net = new NetworkText("100");
        for (var i = 0; i < 150; i++)
            net = net.Linear(100).ReLU();
        var text = net.Linear(3).ToString().Replace("input 100\n", "input 100\n" + Networks.Quantized, StringComparison.Ordinal);
        var trainer = new Trainer(text, 1);
        foreach (var name in trainer.ParameterNames.Where(name => name.EndsWith("weight", StringComparison.Ordinal)))
            trainer.SetParameter(name, trainer.GetParameter(name));
        var data = Networks.Data(100, 10);
        trainer.Calibrate(data);
        using var folder = new TemporaryFolder();
        var report = trainer.Convert().Report(folder["report.html"], data);
        Assert.Equal(152, report.Layers.Count);
        Assert.InRange(new FileInfo(folder["report.html"]).Length, 100_000, 2_000_000);
        var page = ReportTests.Page(folder["report.html"]);
        Assert.Equal(48, page.Descendants("article").Count());
        Assert.Contains("Shown are the worst 48 of 152 layers.", ReportTests.Texts(folder["report.html"]));

        // Whatever the table links to is among those shown.
        var ids = page.Descendants("article").Select(card => card.Attribute("id")!.Value).ToHashSet();
        Assert.Equal(ids.Order(), page.Descendants("a").Select(link => link.Attribute("href")!.Value[1..]).Order());
    }

    /// <summary>The last outputs and inputs of a parameter, as many as the narrow network has.</summary>
    private static float[] Last(Trainer wide, Trainer narrow, string name)
    {
        var values = wide.GetParameter(name);
        if (!name.EndsWith(".weight", StringComparison.Ordinal) || narrow.Definition.Layers.Single(layer =>
            name == layer.Name + ".weight") is not { HasWeight: true } layer)
            return values[^narrow.GetParameter(name).Length..];
        var (all, few) = (wide.Definition.Layers.Single(other => other.Name == layer.Name).WeightShape, layer.WeightShape);
        var taps = values.Length / (all[0] * all[1]);
        return
        [
            .. from output in Enumerable.Range(all[0] - few[0], few[0])
               from input in Enumerable.Range(all[1] - few[1], few[1])
               from tap in Enumerable.Range(0, taps)
               select values[(((output * all[1]) + input) * taps) + tap],
        ];
    }
}
