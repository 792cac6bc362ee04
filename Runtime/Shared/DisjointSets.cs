namespace CompileTime.Shared;

/// <summary>Union and find over the numbers from 0.</summary>
internal sealed class DisjointSets
{
    private readonly int[] _parent;

    public DisjointSets(int count)
    {
        _parent = new int[count];
        for (var i = 0; i < count; i++)
            _parent[i] = i;
    }

    /// <summary>Makes one set of two.</summary>
    public void Join(int a, int b) => _parent[Root(a)] = Root(b);

    /// <summary>The same for all members of a set.</summary>
    public int Root(int member)
    {
        while (_parent[member] != member)
            member = _parent[member] = _parent[_parent[member]];
        return member;
    }
}
