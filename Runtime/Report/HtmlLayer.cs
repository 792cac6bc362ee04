using System.Xml.Linq;
using static CompileTime.Reports.Html;

namespace CompileTime.Reports;

/// <summary>One layer of the page: its numbers, its values, its weights.</summary>
internal static class HtmlLayer
{
    public static string Id(ReportNode node) => Text($"layer-{node.Index}");

    public static XElement Card(ReportNode node, bool isWorst) => Element("article", isWorst ? "worst" : null, Attribute("id", Id(node)),
        Element("h3", null, node.Node.Name, Element("span", "quiet", Text($"  {HtmlTables.Operator(node.Node)} → {node.Left!.Shape}"))),
        Facts(node),
        Element("div", "pictures", Values(node), node.Weight is { Kept: > 0 } weight ? Weights(node, weight) : null),
        "\n");

    private static XElement Facts(ReportNode node)
    {
        var statistics = node.Statistics;
        var facts = new List<(string Name, string Value)>
        {
            ("own noise below signal", Decibels(statistics.OwnSqnr)),
            ("through the network", Decibels(statistics.Sqnr)),
            ("range chosen", statistics.Chosen is { } chosen ? Range(chosen.Min, chosen.Max) : "float32"),
            ("observed", statistics.Histogram.Count == 0 ? "–" : Range(statistics.Histogram.Min, statistics.Histogram.Max)),
            ("clipped", Percent(statistics.ClippedShare)),
        };
        if (node.Node.Shape.Channels != node.Channels)
            facts.Add(("channels left", Text($"{node.Channels} of {node.Node.Shape.Channels}")));
        if (node.Weight is { } weight)
        {
            facts.Add(("weights to their rounding", Decibels(weight.Sqnr)));
            facts.Add(("weights", Count(weight.Elements)));
            facts.Add(("kept in float", Text($"{Count(weight.Kept)} ({Percent((double)weight.Kept / weight.Elements)})")));
            facts.Add(("rounded to zero", Count(weight.RoundedToZero)));
            facts.Add(("kept in int8", Text($"{Count(weight.Left)} ({Percent((double)weight.Left / weight.Elements)})")));
        }

        return Element("dl", null, facts.Select(fact => Element("div", null, Element("dt", null, fact.Name), Element("dd", null,
            fact.Value))));
    }

    private static XElement? Values(ReportNode node) => node.Statistics.Histogram.Count == 0 ? null : Figure(node.Node.IsFloat
        ? "values in float32" : "values in float32, and the range chosen",
        SvgHistogram.Draw(node.Statistics.Histogram, node.Statistics.Chosen, node.Statistics.Limit,
            Text($"Histogram of the float32 values of {node.Node.Name}")));

    private static IEnumerable<XElement> Weights(ReportNode node, WeightStatistics weight) =>
    [
        Figure("weights in float32 that are not zero",
            SvgHistogram.Draw(weight.Histogram, null, null, Text($"Histogram of the weights of {node.Node.Name}"))),
        Figure(Text($"weights left, {weight.Outputs} outputs × {weight.Inputs} inputs") + (weight.IsInBlocks ? ", in blocks" : ""),
            SvgMap.Draw(weight, Text($"Map of the weights left in {node.Node.Name}"))),
    ];

    private static XElement Figure(string caption, XElement picture) => Element("figure", null, picture, Element("figcaption", null,
        caption));

    private static string Range(float min, float max) => Text($"{Number(min)} to {Number(max)}");
}
