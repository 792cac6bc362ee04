using System.Text;
using System.Xml;
using System.Xml.Linq;
using CompileTime.Shared;
using static CompileTime.Reports.Html;

namespace CompileTime.Reports;

/// <summary>The page: what it cost, which layer loses most, then every layer. One file, nothing fetched, the same bytes for the same
/// model.</summary>
internal static class HtmlReport
{
    // What keeps the file small for large networks.
    public const int MostRows = 200;
    public const int MostCards = 48;

    public static void Write(Stream stream, ValidationReport validation, int samples, IReadOnlyList<ReportNode> nodes, Diagnosis diagnosis)
    {
        var shown = nodes.Where(diagnosis.WorstFirst.Contains).ToList();
        var cards = diagnosis.WorstFirst.Take(MostCards).ToHashSet();
        var page = new XElement("html", new XAttribute("lang", "en"),
            Element("head", null,
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("meta", new XAttribute("name", "color-scheme"), new XAttribute("content", "light dark")),
                Element("title", null, "Quantization of " + validation.ModelName),
                Element("style", null, PageStyle.Text)),
            "\n",
            Element("body", null, Element("main", null,
                Element("header", null, Element("h1", null, validation.ModelName), Element("p", "quiet", Samples(validation, samples))),
                "\n", Summary(validation, diagnosis),
                "\n", HtmlTables.Stages(validation),
                "\n", Section("Through the network", Legend(), SvgNetwork.Draw(shown, diagnosis.Worst, diagnosis.IsLoud)),
                "\n", Section("Worst layers first", HtmlTables.Layers(diagnosis, cards), Note(diagnosis.WorstFirst.Count, MostRows,
                    "rows")),
                "\n", Section("Layers, in the order of the network", Note(diagnosis.WorstFirst.Count, MostCards, "layers"), Gone(nodes),
                    shown.Where(cards.Contains).Select(node => HtmlLayer.Card(node, node == diagnosis.Worst && diagnosis.IsLoud))),
                "\n", Explanation())));
        stream.Write("<!DOCTYPE html>\n"u8);
        using var writer = XmlWriter.Create(stream, new XmlWriterSettings
        {
            OmitXmlDeclaration = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                NewLineHandling = NewLineHandling.None,
        });
        page.Save(writer);
    }

    private static string Samples(ValidationReport validation, int samples) => validation.Samples == samples
        ? Text($"int8 against float32, {Count(samples)} samples")
        : Text($"int8 against float32; accuracy of {Count(validation.Samples)} samples, layers of {Count(samples)} of them");

    private static XElement Summary(ValidationReport validation, Diagnosis diagnosis) => Element("section", diagnosis.IsLoud
        ? "verdict loud" : "verdict",
        Element("p", "sentence", diagnosis.Verdict),
        Loss(validation) is { } loss ? Element("p", null, loss) : null,
        diagnosis.Advice.Length > 0 ? Element("p", null, diagnosis.Advice) : null);

    private static string? Loss(ValidationReport report) => (report.Pruned ?? report.Float) is not { } before ? null
        : !report.IsClassification ? Text($"The mean squared error is {Number(report.Int8)} in int8 and {Number(before)} in float32.")
        : Text($"int8 gets {report.Int8 * 100:F2} % right, the float32 network that was converted {before * 100:F2} %.");

    private static XElement Section(string title, params object?[] content) => Element("section", null, Element("h2", null, title),
        content);

    private static XElement Legend() => Element("p", "quiet",
        Element("span", "key through", ""), " signal to noise of the value, through the whole network so far   ",
        Element("span", "key own", ""),
            " what the layer would have by its own noise alone; a low dot is where it is lost (dB, higher is better)");

    private static XElement? Note(int count, int most, string what) => count <= most ? null
        : Element("p", "quiet", Text($"Shown are the worst {most} of {count} {what}."));

    private static XElement? Gone(IReadOnlyList<ReportNode> nodes)
    {
        var names = nodes.Where(node => node.Left is null).Select(node => node.Node.Name).ToList();
        return names.Count == 0 ? null : Element("p", "quiet",
            "Removed, because pruning left nothing of them that could influence the result: " + string.Join(", ", names.Take(MostRows))
            + (names.Count > MostRows ? Text($" and {names.Count - MostRows} more.") : "."));
    }

    private static XElement Explanation() => Element("footer", "quiet",
        Element("p", null,
            "Signal to noise is the sum of squares of the float32 values over the sum of squared differences from what the int8 bytes "
                + "stand for, ",
            "in decibels: 20 dB means an error of a tenth, 40 dB of a hundredth. Through the network, both networks run on their own "
                + "from the ",
            "input on; a layer's own noise is the layer in float32 on the int8 network's operands against its bytes. ",
            "The float network is the one that was converted: trained, pruned, batch normalization folded, ReLU fused."),
        Element("p", null,
            "Channels that were removed are not measured. Histograms are logarithmic in height; the band is the range that was chosen, "
                + "and values ",
            "that are clipped are red. With bytes to 127 what lies above the range still has bytes (grey), up to the dashed line. "
                + "Histograms of ",
            "weights leave out zeros. In maps a cell is an output (downwards) and an input channel, or a block of them: darker is "
                + "denser."));
}
