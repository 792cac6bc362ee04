using System.Globalization;
using System.Xml.Linq;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Tests.Quantization;
using CompileTime.Training;

namespace CompileTime.Tests.Report;

public sealed class ReportTests
{
    [Fact]
    public void Noise_through_the_network_is_that_of_a_direct_computation()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        var test = Networks.Data(6, 150, seed: 11);
        trainer.Prune();
        trainer.Calibrate(Networks.Data(6, 200, seed: 2));
        var model = trainer.Convert();
        using var folder = new TemporaryFolder();
        var report = model.Report(folder["report.html"], test);

        // The float network by hand: two small matrix products in double.
        var (w0, b0, w2, b2) = (trainer.GetParameter("0.weight"), trainer.GetParameter("0.bias"), trainer.GetParameter("2.weight"),
            trainer.GetParameter("2.bias"));
        var nodes = model.Model.Network.Nodes;
        var (signal, noise, own, ownNoise) = (new double[3], new double[3], new double[3], new double[3]);
        var x = new float[6];
        for (var sample = 0; sample < test.Count; sample++)
        {
            test.CopySample(sample, trainer.Definition, x);
            var bytes = Interpreter.Trace(model.Model, x);
            var real = nodes.Select((node, i) => bytes[i].Select(b => (b - node.ZeroPoint) * (double)node.Scale).ToArray()).ToArray();
            var input = x.Select(value => (double)value).ToArray();
            var hidden = Linear(w0, b0, input, relu: true);
            double[][] through = [input, hidden, Linear(w2, b2, hidden, relu: false)];
            double[][] alone = [input, Linear(w0, b0, real[0], relu: true), Linear(w2, b2, real[1], relu: false)];
            for (var i = 0; i < 3; i++)
            {
                signal[i] += through[i].Sum(value => value * value);
                noise[i] += through[i].Zip(real[i]).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second));
                own[i] += alone[i].Sum(value => value * value);
                ownNoise[i] += alone[i].Zip(real[i]).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second));
            }
        }

        // In float32 a difference is off by some 1e-7 of the value, thousands of times less than the noise.
        Assert.Equal(150, report.Samples);
        for (var i = 0; i < 3; i++)
        {
            var layer = report.Layers.Single(layer => layer.Name == nodes[i].Name);
            Assert.Equal(10 * Math.Log10(signal[i] / noise[i]), layer.Sqnr, 0.001);
            Assert.Equal(10 * Math.Log10(own[i] / ownNoise[i]), layer.OwnSqnr, 0.001);
            Assert.Equal(-nodes[i].ZeroPoint * nodes[i].Scale, layer.ChosenMin!.Value, 1e-6f);
            Assert.Equal((127 - nodes[i].ZeroPoint) * nodes[i].Scale, layer.ChosenMax!.Value, 1e-6f);
        }
    }

    [Fact]
    public void The_layer_with_too_small_a_range_comes_first_and_is_named()
    {
        // Calibrated on samples a twentieth as large: the input of the second layer is clipped at twice the range it was calibrated for.
        var trainer = Networks.Trained(Networks.Mlp, 6);
        trainer.Prune();
        trainer.Calibrate(Scaled(Networks.Data(6, 200, seed: 2), 0.05f));
        using var folder = new TemporaryFolder();
        var report = trainer.Convert().Report(folder["report.html"], Networks.Data(6, 150, seed: 11));
        var worst = report.Layers[0];
        Assert.StartsWith($"'{worst.Name}' ", report.Verdict, StringComparison.Ordinal);
        Assert.Contains("loses most", report.Verdict, StringComparison.Ordinal);
        Assert.Contains("clipped", report.Advice, StringComparison.Ordinal);
        Assert.Contains("Try ", report.Advice, StringComparison.Ordinal);
        Assert.InRange(worst.ClippedShare, 0.2, 1);
        Assert.True(worst.ObservedMax > 2 * worst.ChosenMax);
        Assert.Equal(report.Layers.Select(layer => layer.OwnSqnr).Order(), report.Layers.Select(layer => layer.OwnSqnr));
        Assert.Contains(report.Verdict, Texts(folder["report.html"]));
    }

    [Fact]
    public void Every_layer_that_ships_has_a_card_and_the_page_needs_nothing_else()
    {
        var trainer = Networks.Trained(Networks.Graph, 128);
        trainer.Calibrate(Networks.Data(128, 200, seed: 2));
        using var folder = new TemporaryFolder();
        var report = trainer.Convert().Report(folder["a/b/report.html"], Networks.Data(128, 70, seed: 11));
        var page = Page(folder["a/b/report.html"]);
        Assert.Equal(["input", "stem.0", "a", "add", "pool", "avg", "cat", "six", "gap", "fc"],
            page.Descendants("h3").Select(title => title.Nodes().OfType<XText>().First(text => text.Value.Length > 0).Value));
        Assert.True(double.IsPositiveInfinity(report.Layers.Single(layer => layer.Name == "pool").OwnSqnr));
        Assert.Equal(3, page.Descendants("svg").Count(svg => svg.Attribute("class")!.Value == "map"));

        // Whatever is linked lies in the page.
        var ids = page.Descendants().Select(element => element.Attribute("id")?.Value).Where(id => id is not null).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(page.Descendants().Attributes("href"), link => Assert.Contains(link.Value[1..], ids));
        Assert.Empty(page.Descendants().Attributes("src"));
        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants("link"));
        Assert.DoesNotContain("url(", page.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes_in_any_culture()
    {
        var trainer = Networks.Trained(Networks.Residual, 64);
        trainer.Calibrate(Networks.Data(64, 100, seed: 2));
        var (model, test) = (trainer.Convert(), Networks.Data(64, 90, seed: 11));
        using var folder = new TemporaryFolder();
        model.Report(folder["first.html"], test);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NumberGroupSeparator, other.NumberFormat.NegativeSign) = (",",
                ".", "~");
            CultureInfo.CurrentCulture = other;
            model.Report(folder["second.html"], test);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        // The first report remembers the accuracies in the manifest, whose length it shows: the second is the one to compare with.
        model.Report(folder["third.html"], test);
        Assert.Equal(File.ReadAllBytes(folder["second.html"]), File.ReadAllBytes(folder["third.html"]));
    }

    [Fact]
    public void Accuracies_are_those_of_Validate_and_layers_take_no_more_samples_than_asked()
    {
        var trainer = Networks.Trained(Networks.Graph, 128);
        var test = Networks.Data(128, 200, seed: 11);
        trainer.Calibrate(test);
        var model = trainer.Convert();
        using var folder = new TemporaryFolder();
        var report = model.Report(folder["report.html"], test, samples: 20);
        var expected = model.Validate(test);
        Assert.Equal((expected.Float, expected.Int8, 200), (report.Validation.Float, report.Validation.Int8, report.Validation.Samples));
        Assert.Equal(20, report.Samples);

        // Every tenth sample.
        var input = report.Layers.Single(layer => layer.Name == "input");
        var values = new float[128];
        var (min, max) = (float.MaxValue, float.MinValue);
        for (var i = 0; i < 200; i += 10)
        {
            test.CopySample(i, trainer.Definition, values);
            (min, max) = (Math.Min(min, values.Min()), Math.Max(max, values.Max()));
        }

        Assert.Equal((min, max), (input.ObservedMin, input.ObservedMax));
    }

    [Fact]
    public void Bad_arguments_are_refused_and_leave_no_file()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        var test = Networks.Data(6, 20);
        trainer.Prune();
        trainer.Calibrate(test);
        var model = trainer.Convert();
        using var folder = new TemporaryFolder();
        var path = folder["report.html"];
        Assert.Throws<ArgumentException>(() => model.Report(" ", test));
        Assert.Throws<ArgumentNullException>(() => model.Report(path, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Report(path, test, 0));
        Assert.Contains("takes 6", Assert.Throws<ArgumentException>(() => model.Report(path, Networks.Data(5, 20))).Message,
            StringComparison.Ordinal);
        model.Save(folder["model"]);
        var loaded = CompressedModel.Load(folder["model.ctm"]);
        Assert.Contains("float network", Assert.Throws<InvalidOperationException>(() => loaded.Report(path, test)).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.html"));

        // A target that cannot be replaced keeps what it has, and nothing is left beside it.
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<Exception>(() => model.Report(path, test));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp"));
    }

    internal static XElement Page(string path)
    {
        var text = File.ReadAllText(path);
        Assert.StartsWith("<!DOCTYPE html>", text, StringComparison.Ordinal);
        return XDocument.Parse(text).Root!;
    }

    internal static List<string> Texts(string path) => [.. Page(path).Descendants().Select(element => element.Value)];

    private static double[] Linear(float[] weight, float[] bias, double[] x, bool relu) =>
        [.. bias.Select((b, row) => x.Select((value, column) => value * weight[(row * x.Length) + column]).Sum() + b)
            .Select(value => relu ? Math.Max(value, 0) : value)];

    private static Dataset Scaled(Dataset data, float factor)
    {
        var samples = new float[data.Count * data.SampleLength];
        for (var i = 0; i < data.Count; i++)
            data.CopySample(i, Networks.Definition(Networks.Mlp), samples.AsSpan(i * data.SampleLength, data.SampleLength));
        return new Dataset([.. samples.Select(value => value * factor)], [.. Enumerable.Range(0, data.Count).Select(data.Label)]);
    }
}
