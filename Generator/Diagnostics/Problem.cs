using CompileTime.Generator.Declaration;

namespace CompileTime.Generator.Diagnostics;

/// <summary>A user's mistake: which one, where, and what fills the holes of its message.</summary>
internal sealed record Problem(string Id, Site Site, EquatableArray<string> Arguments)
{
    public Problem(string id, Site site, params string[] arguments)
        : this(id, site, new EquatableArray<string>(arguments))
    {
    }
}
