using System;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace CompileTime.Generator.Emit;

/// <summary>Every brace and every indent of generated code goes through here.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _indent;

    /// <summary>Where the next line begins.</summary>
    public int Length => _text.Length;

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

    /// <summary>A string of lines that end with '\n': a literal for each, so that no indent gets into the string.</summary>
    public void Constant(string declaration, string text)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        Line(declaration + " =");
        for (var i = 0; i < lines.Length; i++)
            Line("    " + SymbolDisplay.FormatLiteral(lines[i] + "\n", quote: true) + (i < lines.Length - 1 ? " +" : ";"));
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

    /// <summary>All that was written from a place on.</summary>
    public string From(int start) => _text.ToString(start, _text.Length - start);

    /// <summary>Forgets it.</summary>
    public void Cut(int start) => _text.Length = start;

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
