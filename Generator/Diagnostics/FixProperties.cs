namespace CompileTime.Generator.Diagnostics;

/// <summary>Names of what a diagnostic tells code fixes beside its message. The fixes' assembly is compiled with this file, too.</summary>
internal static class FixProperties
{
    /// <summary>What the diagnostic is about: a type, a method, or a property of an attribute.</summary>
    public const string Name = nameof(Name);

    /// <summary>What says the same as <see cref="Name"/>.</summary>
    public const string Other = nameof(Other);

    /// <summary>How many there are.</summary>
    public const string Count = nameof(Count);

    /// <summary>What would be right: a number, or a member of an enum.</summary>
    public const string Inferred = nameof(Inferred);
}
