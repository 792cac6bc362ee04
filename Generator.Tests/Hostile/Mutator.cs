using System.Globalization;
using System.Text.RegularExpressions;

namespace CompileTime.Tests.Hostile;

/// <summary>Damages files, reproducibly, in the ways that break readers: by chance, by numbers at the edge of types, by parts that are
/// lost, doubled, exchanged or from another file.</summary>
internal sealed partial class Mutator(int seed)
{
    private static readonly string[] s_numbers =
    [
        "0", "-1", "1", "2", "3", "7", "64", "127", "128", "-128", "-129", "255", "256", "4096", "65536", "16777217", "268435456", "2147483647",
        "2147483648", "-2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "1E+38", "3.4028235E+38", "1E-45", "1.1754944E-38",
        "1E-30", "NaN", "Infinity", "-Infinity", "-0", "0x10", "", "1e999", "0.1", "1,000", "\u0663", "1e", "--1", "00000000000000000000000001",
    ];

    private readonly Random _random = new(seed);

    /// <param name="text">The file.</param>
    /// <param name="other">Another one of its kind, to take parts from.</param>
    public string Text(string text, string other)
    {
        for (var count = _random.Next(1, 4); count > 0; count--)
            text = TextOnce(text, other);
        return text;
    }

    /// <param name="bytes">The file.</param>
    /// <param name="other">Another one of its kind, to take parts from.</param>
    public byte[] Bytes(byte[] bytes, byte[] other)
    {
        for (var count = _random.Next(1, 4); count > 0; count--)
            bytes = BytesOnce(bytes, other);
        return bytes;
    }

    private string TextOnce(string text, string other)
    {
        var lines = text.Split('\n').ToList();
        var line = _random.Next(lines.Count);
        switch (_random.Next(11))
        {
            case 0:
                lines.RemoveAt(line);
                break;
            case 1:
                lines.Insert(_random.Next(lines.Count), lines[line]);
                break;
            case 2:
                var second = _random.Next(lines.Count);
                (lines[line], lines[second]) = (lines[second], lines[line]);
                break;
            case 3:
                var others = other.Split('\n');
                lines[line] = others[_random.Next(others.Length)];
                break;
            case 4:
                return text[.._random.Next(text.Length + 1)];
            case 5:
                return text.Insert(_random.Next(text.Length + 1), new string("0 x=[\n(\u00e9"[_random.Next(8)], _random.Next(1, 3000)));
            case 6 when text.Length > 0:
                var at = _random.Next(text.Length);
                return text[..at] + "0123456789-x=,. \nabc[](eE\0\uFFFD"[_random.Next(27)] + text[(at + 1)..];
            case 7:
                var words = lines[line].Split(' ');
                var (one, two) = (_random.Next(words.Length), _random.Next(words.Length));
                (words[one], words[two]) = (words[two], words[one]);
                lines[line] = string.Join(' ', words);
                break;
            default:
                return Number(text);
        }

        return string.Join('\n', lines);
    }

    // One number, or the same number wherever it stands, which keeps shapes consistent with each other.
    private string Number(string text)
    {
        var found = NumberPattern().Matches(text);
        if (found.Count == 0)
            return text;
        var number = found[_random.Next(found.Count)];
        var replacement = s_numbers[_random.Next(s_numbers.Length)];
        if (_random.Next(2) == 0 && long.TryParse(number.Value, CultureInfo.InvariantCulture, out var value))
            replacement = (_random.Next(3) switch { 0 => value + 1, 1 => value - 1, _ => value * 2 }).ToString(CultureInfo.InvariantCulture);
        return _random.Next(2) == 0
            ? text[..number.Index] + replacement + text[(number.Index + number.Length)..]
            : NumberPattern().Replace(text, match => match.Value == number.Value ? replacement : match.Value);
    }

    private byte[] BytesOnce(byte[] bytes, byte[] other)
    {
        var at = _random.Next(bytes.Length + 1);
        switch (_random.Next(7))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. Noise(_random.Next(1, 300)), .. bytes[at..]];
            case 2:
                return [.. bytes[..at], .. other[_random.Next(other.Length)..]];
            case 3:
                var filled = bytes.ToArray();
                filled.AsSpan(at, Math.Min(_random.Next(1, 40), filled.Length - at)).Fill((byte)(_random.Next(2) * 255));
                return filled;
            case 4:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + _random.Next(1, 9))..]];
            default:
                var flipped = bytes.ToArray();
                if (at < flipped.Length)
                    flipped[at] ^= (byte)(1 << _random.Next(8));
                return flipped;
        }
    }

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        _random.NextBytes(noise);
        return noise;
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?(E[+-]\d+)?")]
    private static partial Regex NumberPattern();
}
