extern alias generator;

using System.Reflection;
using generator::CompileTime.Generator;
using generator::CompileTime.Generator.Declaration;

namespace CompileTime.Generator.Tests.Incremental;

/// <summary>
/// What crosses the incremental pipeline holds nothing of Roslyn (a symbol keeps a whole compilation alive and is never equal to
/// the next one), and nothing that compares by reference.
/// </summary>
public class Purity
{
    [Theory]
    [InlineData(typeof(ModelInput))]
    [InlineData(typeof(CompiledModel))]
    public void Holds_values_only(Type root)
    {
        var seen = new HashSet<Type>();
        Visit(root);
        Assert.True(seen.Count > 3);

        void Visit(Type type)
        {
            if (type.IsArray)
                type = type.GetElementType()!;

            // An object is the value of an Argument, of which the reader makes numbers, strings and EquatableArrays only.
            if (!seen.Add(type) || type.IsPrimitive || type == typeof(string) || type == typeof(object) || type == typeof(Type))
                return;
            Assert.StartsWith("CompileTime.Generator", type.Namespace, StringComparison.Ordinal);
            if (type.IsEnum)
                return;
            Assert.True(IsValueEqual(type), type + " compares by reference");
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                if (field.FieldType.IsGenericType)
                    Assert.Contains(field.FieldType.GetGenericTypeDefinition(), new[] { typeof(EquatableArray<>), typeof(Nullable<>) });
                foreach (var part in field.FieldType.IsGenericType ? field.FieldType.GetGenericArguments() : [field.FieldType])
                    Visit(part);
            }
        }
    }

    [Fact]
    public void Arrays_are_equal_by_their_elements()
    {
        var one = new EquatableArray<string>(["a", "b"]);
        Assert.Equal(one, new EquatableArray<string>(["a", "b"]));
        Assert.Equal(one.GetHashCode(), new EquatableArray<string>(["a", "b"]).GetHashCode());
        Assert.NotEqual(one, new EquatableArray<string>(["b", "a"]));
        Assert.NotEqual(one, new EquatableArray<string>(["a"]));
        Assert.Equal(default, new EquatableArray<string>([]));
    }

    private static bool IsValueEqual(Type type) => typeof(IEquatable<>).MakeGenericType(type).IsAssignableFrom(type);
}
