using System.Text;
using System.Xml.Linq;
using CompileTime.Quantization;
using CompileTime.Reports;
using CompileTime.Tests.Quantization;

namespace CompileTime.Tests.Report;

public sealed class PageTests
{
    [Theory]
    [InlineData("a<b>&\"'</script>")]
    [InlineData("\u0001\u001f\uffff")]
    [InlineData("\ud83d\ude00 π")]
    [InlineData("\ud83d")]
    public void Text_is_text_whatever_it_is(string name)
    {
        var element = Html.Element("p", null, Html.Attribute("title", name), name);
        var read = XElement.Parse(element.ToString());
        var expected = string.Concat(name.EnumerateRunes().Select(rune =>
            rune.Value is (< 0x20 or 0xffff) || (rune.Value == 0xfffd) ? "\uFFFD" : rune.ToString()));
        Assert.Equal(expected, read.Value);
        Assert.Equal(expected, read.Attribute("title")!.Value);
        Assert.Empty(read.Elements());
    }

    [Fact]
    public void A_page_shows_names_as_they_are()
    {
        const string Name = "Demo.<Net> & \"co\"</title><script>alert(1)</script>";
        var trainer = Networks.Trained(Networks.Mlp, 6);
        var test = Networks.Data(6, 40);
        trainer.Prune();
        trainer.Calibrate(test);
        var model = trainer.Convert();
        var statistics = new NetworkStatistics(trainer.Definition, model.Origin!, model.Model);
        statistics.Run(test, 40);
        using var stream = new MemoryStream();
        HtmlReport.Write(stream, model.Validate(test) with { ModelName = Name }, 40, statistics.Nodes,
            new Diagnosis(statistics.Nodes, trainer.Definition.Quantize!));
        var page = XDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).Root!;
        Assert.Equal(Name, page.Descendants("h1").Single().Value);
        Assert.Contains(Name, page.Descendants("title").Single().Value, StringComparison.Ordinal);
        Assert.Empty(page.Descendants("script"));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.43125, "-0.431")]
    [InlineData(1234.56, "1234.6")]
    [InlineData(1e-7, "1e-7")]
    [InlineData(-2.5e9, "-2.5e+9")]
    public void Numbers_are_short(double value, string text) => Assert.Equal(text, Html.Number(value));

    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(1e-9, "< 0.01 %")]
    [InlineData(0.00125, "0.13 %")]
    [InlineData(1, "100 %")]
    public void A_share_that_is_not_zero_never_reads_as_zero(double share, string text) => Assert.Equal(text, Html.Percent(share));

    [Fact]
    public void A_histogram_shows_what_is_clipped_what_is_not_and_the_range()
    {
        // 0..127 for the range 0..1 goes on to 2.008 without a loss; 2.5 is clipped.
        var histogram = new ValueHistogram();
        histogram.Add([0.1f, 0.5f, 1.5f, 2.5f, 0f]);
        var svg = SvgHistogram.Draw(histogram, (0, 1), 2.008f, "values");
        Assert.Equal(["bars", "beyond", "clipped"], svg.Elements("path").Select(path => path.Attribute("class")!.Value));

        // From 6 to 394 lies 0 to 2.5; every value has its bar at its place.
        Assert.Equal("6", svg.Element("rect")!.Attribute("x")!.Value);
        Assert.Equal(Html.Coordinate(388 / 2.5), svg.Element("rect")!.Attribute("width")!.Value);
        Assert.Equal([3, 1, 1], svg.Elements("path").Select(path => path.Attribute("d")!.Value.Count(c => c == 'M')));
        Assert.Contains($"M{Html.Coordinate(6 + (60 * 3.88))} ", svg.Elements("path").ElementAt(1).Attribute("d")!.Value,
            StringComparison.Ordinal);
        Assert.Contains("limit", svg.Elements("line").Select(line => line.Attribute("class")!.Value));
    }

    [Fact]
    public void A_histogram_of_one_value_is_drawn()
    {
        var histogram = new ValueHistogram();
        histogram.Add([3f, 3f]);
        var svg = SvgHistogram.Draw(histogram, null, null, "constant");
        Assert.Equal(1, svg.Elements("path").Single().Attribute("d")!.Value.Count(c => c == 'M'));
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_style_has_nothing_that_markup_would_escape() => Assert.False(PageStyle.Text.AsSpan().ContainsAny('<', '>', '&'));
}
