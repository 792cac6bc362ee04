using System;
using System.Text;

namespace CompileTime.Generator.Emit;

/// <summary>Every brace and every indent of generated code goes through here.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _indent;

    /// <summary>One line, or several separated by '\n'; empty lines stay empty.</summary>
    public void Line(string text = "")
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > 0)
                _text.Append(' ', 4 * _indent).Append(line);
            _text.Append('\n');
        }
    }

    /// <summary>A header (or none) and a block in braces that ends when the result is disposed.</summary>
    public Block Open(string header, string close = "}")
    {
        if (header.Length > 0)
            Line(header);
        Line("{");
        _indent++;
        return new Block(this, close);
    }

    /// <summary>The same where a condition holds; otherwise what follows stands without a block of its own.</summary>
    public Block OpenIf(bool condition, string header) => condition ? Open(header) : default;

    public override string ToString() => _text.ToString();

    public readonly struct Block(CodeWriter writer, string close) : IDisposable
    {
        public void Dispose()
        {
            // The default block is the one that was never opened.
            if (writer is null)
                return;
            writer._indent--;
            writer.Line(close);
        }
    }
}
