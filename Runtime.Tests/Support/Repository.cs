namespace CompileTime.Tests;

/// <summary>Where the sources of these tests are.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution, or that of the tests where they run without their sources.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CompileTime.sln")))
                return folder.FullName;
        }

        return AppContext.BaseDirectory;
    }
}
