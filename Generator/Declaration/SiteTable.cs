using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace CompileTime.Generator.Declaration;

/// <summary>Where the sites of one reading are in the source; kept beside the declaration, never in it.</summary>
internal sealed class SiteTable
{
    private readonly Dictionary<string, Location> _locations = new(System.StringComparer.Ordinal);

    public void Add(Site site, Location location)
    {
        if (!_locations.ContainsKey(site.Path))
            _locations.Add(site.Path, location);
    }

    /// <summary>The location of the site, or of the class when the site has none of its own.</summary>
    public Location Find(Site site) =>
        _locations.TryGetValue(site.Path, out var location) ? location
        : _locations.TryGetValue(Site.Class.Path, out location) ? location
        : Location.None;
}
