using System.Collections.Generic;
using System.Linq;
using CompileTime.Shared;
using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Declaration;

/// <summary>Reads the attributes of one class or one method, in the order of the text.</summary>
internal sealed class AttributeReader(SiteTable? sites)
{
    /// <summary>An attribute that the compiler does not understand, or a value in it.</summary>
    public bool HasCompilerErrors { get; private set; }

    public List<LayerCall> Layers { get; } = [];

    public PruneCall? Prune { get; private set; }

    public QuantizeCall? Quantize { get; private set; }

    public BudgetCall? Budget { get; private set; }

    public Arguments? Model { get; private set; }

    public void Read(string owner, IEnumerable<AttributeData> attributes)
    {
        foreach (var attribute in attributes.OrderBy(a => a.ApplicationSyntaxReference?.Span.Start ?? 0))
        {
            if (attribute.ApplicationSyntaxReference is { } reference && KnownSymbols.IsGenerated(reference.SyntaxTree))
                continue;
            if (attribute.AttributeClass is not { } type || type.TypeKind == TypeKind.Error)
            {
                HasCompilerErrors = true;
                continue;
            }

            if (KnownSymbols.IsLayerAttribute(type))
            {
                var kind = KindOf(type);
                Layers.Add(new LayerCall(kind, ReadArguments(attribute),
                    SiteOf(owner + "/" + kind + "#" + Numbers.Text(Layers.Count), attribute)));
            }
            else if (KnownSymbols.Is(type, "PruneAttribute") || KnownSymbols.Is(type, "PruneNofMAttribute"))
            {
                var call = new PruneCall(type.Name == "PruneNofMAttribute", owner != "class", ReadArguments(attribute),
                    SiteOf(owner + "/" + KindOf(type), attribute));
                Prune = Prune is null ? call : Prune.IsNofM == call.IsNofM ? Prune : call with { IsSecond = true };
            }
            else if (KnownSymbols.Is(type, "QuantizeAttribute"))
            {
                Quantize ??= new QuantizeCall(owner != "class", ReadArguments(attribute), SiteOf(owner + "/Quantize", attribute));
            }
            else if (KnownSymbols.Is(type, "BudgetAttribute"))
            {
                Budget ??= new BudgetCall(ReadArguments(attribute), SiteOf(owner + "/Budget", attribute));
            }
            else if (KnownSymbols.Is(type, "ModelAttribute"))
            {
                Model ??= ReadArguments(attribute);
                SiteOf(owner + "/Model", attribute);
            }
        }
    }

    private static string KindOf(INamedTypeSymbol type) => type.Name.Substring(0, type.Name.Length - "Attribute".Length);

    private Site SiteOf(string path, AttributeData attribute)
    {
        var site = new Site(path);
        if (attribute.ApplicationSyntaxReference is { } reference)
            sites?.Add(site, Location.Create(reference.SyntaxTree, reference.Span));
        return site;
    }

    private Arguments ReadArguments(AttributeData attribute)
    {
        var values = new List<Argument>();
        if (attribute.AttributeConstructor is not { } constructor)
        {
            HasCompilerErrors = true;
            return new Arguments(new EquatableArray<Argument>(values));
        }

        for (var i = 0; i < constructor.Parameters.Length && i < attribute.ConstructorArguments.Length; i++)
            Add(ArgumentNames.OfParameter(constructor.Parameters[i].Name), attribute.ConstructorArguments[i]);
        foreach (var named in attribute.NamedArguments)
            Add(named.Key, named.Value);
        return new Arguments(new EquatableArray<Argument>(values));

        void Add(string name, TypedConstant constant)
        {
            if (ValueOf(constant) is { } value)
                values.Add(new Argument(name, value));
        }
    }

    private object? ValueOf(TypedConstant constant)
    {
        switch (constant.Kind)
        {
            case TypedConstantKind.Error:
                HasCompilerErrors = true;
                return null;
            case TypedConstantKind.Enum:
                return EnumMember(constant);
            case TypedConstantKind.Array:
                return constant.IsNull ? null : new EquatableArray<int>(constant.Values.Select(v => v.Value as int? ?? 0));
            default:
                return constant.Value;
        }
    }

    // A number that names no member stays a number: the C# compiler allows the cast, and a message can show it.
    private static string EnumMember(TypedConstant constant) =>
        constant.Type!.GetMembers().OfType<IFieldSymbol>()
            .FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, constant.Value))?.Name
        ?? System.Convert.ToString(constant.Value, System.Globalization.CultureInfo.InvariantCulture);
}
