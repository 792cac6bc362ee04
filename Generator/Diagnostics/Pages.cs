using System.Linq;
using System.Reflection;

namespace CompileTime.Generator.Diagnostics;

/// <summary>Where the pages of the diagnostics are: each id has one, with what is wrong, a wrong example and a right one.</summary>
internal static class Pages
{
    /// <summary>Begins with the RepositoryUrl of Directory.Build.props, which the SDK writes into the assembly.</summary>
    public static readonly string Url = typeof(Pages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(metadata => metadata.Key == "RepositoryUrl").Value + "/blob/main/docs/diagnostics/";
}
