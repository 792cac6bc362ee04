namespace Sample.Data;

/// <summary>Where trained weights go, so that the next build compiles them in.</summary>
internal static class ArtifactFolder
{
    /// <summary>The folder Models beside Sample.csproj when the program runs out of a source checkout, else ./Models.</summary>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sample.csproj")))
                return Path.Combine(folder.FullName, "Models");
        }

        return Path.GetFullPath("Models");
    }

    /// <summary>A file in the checkout's folder docs.</summary>
    public static string Document(string name) => Path.GetFullPath(Path.Combine(Find(), "..", "..", "docs", name));
}
