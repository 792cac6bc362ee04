using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace CompileTime.Reports;

/// <summary>Elements and numbers of the page. Whatever is text becomes text: names cannot break the markup.</summary>
internal static class Html
{
    /// <summary>An element with a class; without content it still has an end tag, as HTML wants it.</summary>
    public static XElement Element(string name, string? @class, params object?[] content) =>
        new(name, @class is null ? null : new XAttribute("class", @class), "", content.Select(Safe));

    public static XAttribute Attribute(string name, object value) => new(name, Safe(value)!);

    /// <summary>At most three decimals; what is smaller or larger has an exponent.</summary>
    public static string Number(double value) => value == 0 ? "0"
        : Math.Abs(value) is >= 1e-3 and < 1e6 ? value.ToString(Math.Abs(value) >= 100 ? "0.#" : "0.###", CultureInfo.InvariantCulture)
        : value.ToString("0.##e+0", CultureInfo.InvariantCulture);

    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A share in percent; one that is not zero never reads as zero.</summary>
    public static string Percent(double share) => share == 0 ? "0 %" : share < 5e-5 ? "< 0.01 %"
        : (share * 100).ToString(share < 0.01 ? "0.##" : "0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>Decibels; without any noise there is nothing to say a number of.</summary>
    public static string Decibels(double value) => double.IsNaN(value) ? "always 0" : double.IsPositiveInfinity(value) ? "exact"
        : value.ToString("0.0", CultureInfo.InvariantCulture) + " dB";

    /// <summary>A coordinate of SVG.</summary>
    public static string Coordinate(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Culture-free interpolation.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // What XML has no place for becomes the replacement character.
    private static object? Safe(object? content) => content is string text
        ? string.Concat(text.Select((c, i) => XmlConvert.IsXmlChar(c) || IsPair(text, i) ? c : '\uFFFD'))
        : content;

    private static bool IsPair(string text, int index) =>
        (index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]))
        || (index > 0 && char.IsSurrogatePair(text[index - 1], text[index]));
}
