using System.Text;

namespace CompileTime.Benchmarks.Tables;

/// <summary>A Markdown table whose columns are aligned in the terminal, too. The first column is text, the others are as told.</summary>
/// <param name="headers">Of each column; one that begins with <c>&lt;</c> holds text and is aligned left.</param>
internal sealed class MarkdownTable(params string[] headers)
{
    private readonly bool[] _isLeft = [.. headers.Select((header, i) => i == 0 || header.StartsWith('<'))];
    private readonly List<string[]> _rows = [[.. headers.Select(header => header.TrimStart('<'))]];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = _rows[0].Select((_, column) => Math.Max(3, _rows.Max(row => row[column].Length))).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < _rows.Count; i++)
        {
            Row(_rows[i].Select((cell, column) => _isLeft[column] ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])));
            if (i == 0)
                Row(widths.Select((width, column) => new string('-', width - 1) + (_isLeft[column] ? '-' : ':')));
        }

        return text.ToString();

        void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }
}
