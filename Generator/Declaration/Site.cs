using CompileTime.Shared;

namespace CompileTime.Generator.Declaration;

/// <summary>
/// A place that a problem can be about, without a position: <c>class</c>, <c>class/Linear#2</c>, <c>Stem()/ReLU#1</c>, <c>Forward()/3</c>.
/// It stays the same while the text around it moves, so a declaration that carries it does too. The analyzer keeps a
/// <see cref="SiteTable"/> from sites to locations. A place in an artifact carries the file, and a line and column from 1.
/// </summary>
internal sealed record Site(string Path, string? File = null, int Line = 1, int Column = 1)
{
    public static readonly Site Class = new("class");

    public static Site InFile(string file, int line, int column) => new("artifact", file, line, column);

    public static Site InFile(string file, TextError error) => InFile(file, error.Line, error.Column);
}
