using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CompileTime.Generator.Tests.Mutations;

/// <summary>Makes declarations wrong in one to four of the ways in which people do, from a seed.</summary>
internal sealed class Mutator(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>The files of the project; mostly one.</summary>
    public IReadOnlyList<string> Mutate(string source)
    {
        List<string> files = [source];
        for (var i = 1 + _random.Next(4); i > 0; i--)
        {
            switch (_random.Next(9))
            {
                case 0 or 1 or 2:
                    files[0] = Attribute(files[0]);
                    break;
                case 3 or 4:
                    files[0] = Token(files[0]);
                    break;
                case 5:
                    files[0] = Forward(files[0]);
                    break;
                case 6:
                    files[0] = Type(files[0]);
                    break;
                case 7:
                    files[0] = Around(files[0]);
                    break;
                default:
                    SecondPart(files);
                    break;
            }
        }

        // As it stands while it is being typed.
        if (_random.Next(4) == 0)
            files[0] = files[0][.._random.Next(files[0].Length + 1)];
        return files;
    }

    private string Attribute(string source)
    {
        var attributes = Nodes<AttributeSyntax>(source);
        if (attributes.Count == 0)
            return source;
        var (one, other) = (Pick(attributes), Pick(attributes));
        switch (_random.Next(6))
        {
            case 0:
                return Replace(source, one.Parent is AttributeListSyntax { Attributes.Count: 1 } list ? list.Span : one.Span, "");
            case 1:
                return Replace(source, one.Parent!.Span, "[" + one + "] " + one.Parent);
            case 2 when one.SpanStart < other.SpanStart:
                return Replace(Replace(source, other.Span, one.ToString()), one.Span, other.ToString());
            case 3:
                return Replace(source, one.Span, Pick(Strays.Attributes));
            case 4:
                return source.Insert(one.Parent!.SpanStart + 1, Pick(Strays.Targets));
            default:
                var arguments = one.ArgumentList?.Arguments.ToString() is { Length: > 0 } written ? written + ", " : "";
                var behindName = TextSpan.FromBounds(one.Name.Span.End, one.Span.End);
                return Replace(source, behindName, "(" + arguments + Pick(Strays.Arguments) + ")");
        }
    }

    private string Token(string source)
    {
        var tokens = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Where(token => token.Span.Length > 0).ToList();
        if (tokens.Count == 0)
            return source;
        var kind = _random.Next(5);
        var candidates = tokens.Where(token => kind switch
        {
            0 => token.IsKind(SyntaxKind.NumericLiteralToken),
            1 => token.IsKeyword(),
            2 => token.IsKind(SyntaxKind.IdentifierToken),
            3 => token.Text == "Tensor",
            _ => true,
        }).ToList();
        if (candidates.Count == 0)
            candidates = tokens;
        var text = kind switch
        {
            0 => Pick(Strays.Numbers),
            1 => _random.Next(2) == 0 ? "" : Pick(Strays.Keywords),
            2 => Pick(Strays.Names),
            3 => Pick(Strays.Types),
            _ => Pick(Strays.Texts),
        };
        return Replace(source, Pick(candidates).Span, text);
    }

    private string Forward(string source)
    {
        if (Nodes<MethodDeclarationSyntax>(source).FirstOrDefault(method => method.Identifier.Text == "Forward") is not { } forward)
            return source;
        if (forward.ExpressionBody is { } arrow)
            return Replace(source, arrow.Expression.Span, Pick(Strays.Expressions));
        if (forward.Body is not { } body)
            return source;
        var calls = body.DescendantNodes().OfType<InvocationExpressionSyntax>().ToList();
        return _random.Next(4) switch
        {
            0 when calls.Count > 0 => Replace(source, Pick(calls).Span, Pick(Strays.Expressions)),
            1 when body.Statements.Count > 0 => Replace(source, Pick(body.Statements).Span, ""),
            2 when body.Statements.Count > 0 => source.Insert(Pick(body.Statements).SpanStart, Pick(body.Statements).ToString()),
            _ => source.Insert(body.Statements.Count > 0 ? Pick(body.Statements).SpanStart : body.OpenBraceToken.Span.End,
                Pick(Strays.Statements) + " "),
        };
    }

    private string Type(string source)
    {
        var types = Nodes<TypeDeclarationSyntax>(source);
        if (types.Count == 0)
            return source;
        var type = Pick(types);
        switch (_random.Next(5))
        {
            case 0:
                return Replace(source, type.Keyword.Span, Pick(Strays.TypeKeywords));
            case 1:
                return Replace(source, type.Identifier.Span, Pick(Strays.Names));
            case 2:
                return Replace(source, type.Identifier.Span, type.Identifier + Pick(Strays.Heads));
            case 3:
                return source.Insert((type.Modifiers.Count > 0 ? type.Modifiers[0] : type.Keyword).SpanStart, Pick(Strays.Modifiers));
            default:
                var members = type.Members.ToList();
                var body = TextSpan.FromBounds(type.Identifier.Span.End, type.Span.End);
                if (members.Count == 0)
                    return Replace(source, body, " { " + Pick(Strays.Members) + " }");
                var member = Pick(members);
                return _random.Next(3) switch
                {
                    0 => Replace(source, member.Span, ""),
                    1 => source.Insert(member.SpanStart, Pick(members) + " "),
                    _ => source.Insert(member.SpanStart, Pick(Strays.Members) + " "),
                };
        }
    }

    private string Around(string source)
    {
        switch (_random.Next(6))
        {
            case 0:
                return Nodes<FileScopedNamespaceDeclarationSyntax>(source).FirstOrDefault() is { } space
                    ? Replace(source, TextSpan.FromBounds(space.SpanStart, space.SemicolonToken.Span.End), Pick(Strays.Namespaces))
                    : source;
            case 1:
                var types = Nodes<TypeDeclarationSyntax>(source).Where(type => type.Parent is not TypeDeclarationSyntax).ToList();
                return types.Count == 0 ? source : Replace(source, types[0].Span, Pick(Strays.Containers) + " { " + types[0] + "\n }");
            case 2:
                return Pick(Strays.Usings) + "\n" + source;
            case 3:
                var lines = source.Split('\n').ToList();
                var line = _random.Next(lines.Count);
                lines.Insert(line, Pick(Strays.Directives));
                lines.Insert(Math.Min(lines.Count, line + 1 + _random.Next(3)), Pick(Strays.DirectiveEnds));
                return string.Join("\n", lines);
            case 4:
                return _random.Next(3) switch
                {
                    0 => source.Replace("\n", "\r\n", StringComparison.Ordinal),
                    1 => source.Replace('\n', '\r'),
                    _ => source.Replace("    ", "\t", StringComparison.Ordinal),
                };
            default:
                return source.Replace("\n", " // " + Pick(Strays.Texts) + "\n", StringComparison.Ordinal);
        }
    }

    private void SecondPart(List<string> files)
    {
        if (Nodes<TypeDeclarationSyntax>(files[0]).FirstOrDefault() is not { } type)
            return;
        var names = Nodes<BaseNamespaceDeclarationSyntax>(files[0]).Select(written => "namespace " + written.Name + ";\n");
        var space = names.FirstOrDefault() ?? "";
        files.Add(_random.Next(4) switch
        {
            0 => files[0],
            1 => space + "[" + Pick(Strays.Attributes) + "] public partial class " + type.Identifier + ";",
            2 => space + Pick(Strays.Modifiers) + Pick(Strays.TypeKeywords) + " " + type.Identifier + " { " + Pick(Strays.Members) + " }",
            _ => space + "public partial class " + type.Identifier + " { " + string.Join(" ", type.Members) + " }",
        });
    }

    private static List<T> Nodes<T>(string source)
        where T : SyntaxNode => [.. CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<T>()];

    private static string Replace(string source, TextSpan span, string text) => source[..span.Start] + text + source[span.End..];

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}
