using System.Xml.Linq;
using CompileTime.Shared;
using static CompileTime.Reports.Html;

namespace CompileTime.Reports;

/// <summary>The two tables of the page: the stages of the network, and its layers by what they lose.</summary>
internal static class HtmlTables
{
    // The longest bar.
    private const double MostDecibels = 60;

    public static XElement Stages(ValidationReport report)
    {
        var metric = report.IsClassification ? "accuracy" : "mean squared error";
        string Metric(double? value) => value is not { } number ? "–" : report.IsClassification
            ? Text($"{number * 100:F2} %") : Number(number);
        return Table("stages", ["", "float", "pruned", "int8"],
            [metric, Metric(report.Float), Metric(report.Pruned), Metric(report.Int8)],
            ["weights that are not zero", Count(report.Weights), report.IsPruned ? Kept(report.KeptFloat ?? 0, report.Weights) : "–",
                Kept(report.KeptInt8, report.Weights)],
            ["bytes", Count(report.FloatBytes), report.IsPruned ? Count(report.FloatBytes) : "–",
                Text($"{Count(report.ShippedBytes)}{(report.Factor < 1 ? "" : Text($" ({report.Factor:F1}× smaller)"))}")],
            ["multiply-accumulates", Count(report.Macs), report.IsPruned ? Count(report.Macs) : "–", Kept(report.MacsLeft, report.Macs)]);
    }

    public static XElement Layers(Diagnosis diagnosis, HashSet<ReportNode> cards) => Element("div", "wide", Element("table", "layers",
        Row("th", null, "layer", "operator", "own noise below signal", "through the network", "mostly", "clipped", "weights kept"),
        diagnosis.WorstFirst.Take(HtmlReport.MostRows).Select(node => Element("tr", Class(node),
            Element("th", null, cards.Contains(node) ? Element("a", null, Attribute("href", "#" + HtmlLayer.Id(node)), node.Node.Name)
                : node.Node.Name),
            Element("td", null, Operator(node.Node)),
            Element("td", "bar", Bar(node.Statistics.OwnSqnr), Decibels(node.Statistics.OwnSqnr)),
            Element("td", "number", Decibels(node.Statistics.Sqnr)),
            Element("td", null, Diagnosis.Cause(node)),
            Element("td", "number", Percent(node.Statistics.ClippedShare)),
            Element("td", "number", node.Weight is { } weight ? Percent((double)weight.Left / weight.Elements) : "")))));

    /// <summary>The operator with what is fused into it.</summary>
    public static string Operator(QuantizedNode node) => node.Relu ? node.Op + " + ReLU" : node.Op.ToString();

    private static string Class(ReportNode node) => node.Statistics.OwnSqnr < Diagnosis.Loud ? "loud" : "calm";

    private static string Kept(long left, long all) => all == 0 ? "–" : Text($"{Count(left)} ({Percent((double)left / all)})");

    private static XElement? Bar(double decibels) => !double.IsFinite(decibels) ? null : Element("span", "meter",
        Element("span", null, Attribute("style", Text($"width:{Coordinate(Math.Clamp(decibels / MostDecibels, 0.01, 1) * 100)}%"))));

    private static XElement Table(string @class, params string[][] rows) => Element("div", "wide", Element("table", @class,
        rows.Select((row, index) => Row(index == 0 ? "th" : "td", index == 0 ? null : "number", row))));

    private static XElement Row(string cell, string? @class, params string[] texts) =>
        Element("tr", null, texts.Select((text, column) => column == 0 ? Element("th", null, text) : Element(cell, @class, text)));
}
