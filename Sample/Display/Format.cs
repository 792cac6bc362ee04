using System.Globalization;

namespace Sample.Display;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class Format
{
    /// <summary>A fraction in [0, 1] as <c>97.31 %</c>; a dash where there is none.</summary>
    public static string Percent(double? fraction) =>
        fraction is { } known ? (100 * known).ToString("0.00", CultureInfo.InvariantCulture) + " %" : "–";

    /// <summary><c>1,234,567</c>.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Three significant digits at least: <c>3.42</c>, <c>57.1</c>, <c>812</c>.</summary>
    public static string Microseconds(double value) =>
        value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    /// <summary>A ratio as <c>12.3x</c>.</summary>
    public static string Ratio(double value) => value.ToString("0.0", CultureInfo.InvariantCulture) + "x";
}
