using System;
using System.Collections.Generic;
using System.Text;

namespace CompileTime.Shared;

/// <summary>What is wrong with a text, and where; lines and columns start at 1.</summary>
internal sealed record TextError(int Line, int Column, string Message);

/// <summary>
/// The one line grammar of definitions and manifests: <c>name = Op(input, input) key=value key=value -> shape</c>.
/// </summary>
internal sealed class TextLine
{
    private readonly Dictionary<string, (string Value, int Column)> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private TextLine(int number, string name, string op, IReadOnlyList<string> inputs, Shape shape)
    {
        Number = number;
        Name = name;
        Op = op;
        Inputs = inputs;
        Shape = shape;
    }

    public int Number { get; }
    public string Name { get; }
    public string Op { get; }
    public IReadOnlyList<string> Inputs { get; }
    public Shape Shape { get; }

    /// <summary>The first thing found wrong by a getter below, or by <see cref="Parse"/>.</summary>
    public TextError? Error { get; private set; }

    public static string Write(string name, string op, IEnumerable<string> inputs, Shape shape,
        IEnumerable<(string Key, string Value)> values)
    {
        var line = new StringBuilder().Append(name).Append(" = ").Append(op).Append('(').Append(string.Join(", ", inputs)).Append(')');
        foreach (var (key, value) in values)
            line.Append(' ').Append(key).Append('=').Append(value);
        return line.Append(" -> ").Append(shape.ToString()).ToString();
    }

    public static TextLine? Parse(string text, int number, out TextError? error)
    {
        error = null;
        var equals = text.IndexOf(" = ", StringComparison.Ordinal);
        var open = text.IndexOf('(');
        var close = text.IndexOf(')');
        var arrow = text.LastIndexOf(" -> ", StringComparison.Ordinal);
        if (equals <= 0 || open < equals || close < open || arrow < close)
        {
            error = new TextError(number, 1, "expected 'name = Op(inputs) key=value -> shape'");
            return null;
        }

        if (!Shape.TryParse(text.Substring(arrow + 4).Trim(), out var shape))
        {
            error = new TextError(number, arrow + 5, "expected a shape such as 784 or 3x32x32");
            return null;
        }

        var name = text.Substring(0, equals);
        if (!IsName(name))
        {
            error = new TextError(number, 1, "'" + name + "' is not a layer name: letters, digits, '_' and '.' only");
            return null;
        }

        var inputs = new List<string>();
        foreach (var input in text.Substring(open + 1, close - open - 1).Split(','))
        {
            inputs.Add(input.Trim());
        }

        var line = new TextLine(number, name, text.Substring(equals + 3, open - equals - 3), inputs, shape);
        var position = close + 1;
        while (position < arrow)
        {
            if (text[position] == ' ')
            {
                position++;
                continue;
            }

            var end = text.IndexOf(' ', position);
            var word = text.Substring(position, end - position);
            var split = word.IndexOf('=');
            if (split <= 0)
            {
                error = new TextError(number, position + 1, "expected key=value, found '" + word + "'");
                return null;
            }

            var key = word.Substring(0, split);
            if (line._values.ContainsKey(key))
            {
                error = new TextError(number, position + 1, "'" + key + "' is given twice");
                return null;
            }

            line._values.Add(key, (word.Substring(split + 1), position + split + 2));
            position = end;
        }

        return line;
    }

    public bool Has(string key) => _values.ContainsKey(key);

    public string Text(string key)
    {
        _read.Add(key);
        if (_values.TryGetValue(key, out var found))
            return found.Value;
        Fail(1, "'" + key + "' is missing");
        return "";
    }

    public int Int(string key) => Get<int>(key, Numbers.TryInt, "a whole number");

    public long Long(string key) => Get<long>(key, Numbers.TryLong, "a whole number");

    public float Float(string key) => Get<float>(key, Numbers.TryFloat, "a number");

    public double Double(string key) => Get<double>(key, Numbers.TryDouble, "a number");

    public bool Bool(string key) => Get<bool>(key, Numbers.TryBool, "true or false");

    /// <summary>Whole numbers with the given separators: <c>3x3</c>, <c>1,1,1,1</c>.</summary>
    public int[] Ints(string key, char separator, int count)
    {
        var parts = Text(key).Split(separator);
        var values = new int[count];
        var good = parts.Length == count;
        for (var i = 0; good && i < count; i++)
            good = Numbers.TryInt(parts[i], out values[i]);
        if (!good)
            Fail(ColumnOf(key), "'" + key + "' takes " + Numbers.Text(count) + " whole numbers separated by '" + separator + "'");
        return values;
    }

    /// <summary>To be called after all values are read: an unknown key is an error, so that nothing is ignored silently.</summary>
    public TextError? Finish()
    {
        foreach (var pair in _values)
        {
            if (!_read.Contains(pair.Key))
                Fail(pair.Value.Column, "'" + pair.Key + "' means nothing for " + Op);
        }

        return Error;
    }

    public void Fail(int column, string message) => Error ??= new TextError(Number, column, Name + ": " + message);

    private delegate bool TryRead<T>(string text, out T value);

    private T Get<T>(string key, TryRead<T> read, string what)
    {
        var text = Text(key);
        if (read(text, out var value))
            return value;
        Fail(ColumnOf(key), "'" + key + "' must be " + what + ", not '" + text + "'");
        return value;
    }

    private int ColumnOf(string key) => _values.TryGetValue(key, out var found) ? found.Column : 1;

    private static bool IsName(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsLetterOrDigit(c) && c != '_' && c != '.')
                return false;
        }

        return name.Length > 0;
    }
}
