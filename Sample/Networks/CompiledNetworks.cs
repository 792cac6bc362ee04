using Sample.Data;

namespace Sample.Networks;

/// <summary>Networks that one run saves and the next one has compiled in: their files are measured once and not kept.</summary>
internal static class CompiledNetworks
{
    /// <summary>Where the files are, without extension.</summary>
    public static string PathOf(SampleNetwork network) => Path.Combine(ArtifactFolder.Find(), "Pruned", network.ClassName);

    /// <summary>Whether the build has found them.</summary>
    public static bool Has(SampleNetwork network)
    {
        try
        {
            _ = network.Compiled();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
