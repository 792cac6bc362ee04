namespace CompileTime.Tests.Golden;

public sealed class GoldenFamilyTests
{
    [Fact]
    public void A_folder_with_some_families_leaves_the_others_to_the_copy()
    {
        using var root = new TemporaryFolder();
        var copy = GoldenFamily.Folder("prune", null);
        Directory.CreateDirectory(root["observers"]);
        Assert.True(File.Exists(Path.Combine(copy, "cases.json")));
        Assert.Equal(root["observers"], GoldenFamily.Folder("observers", root.Path));
        Assert.Equal(copy, GoldenFamily.Folder("prune", root.Path));
        Assert.Equal(copy, GoldenFamily.Folder("prune", ""));
        Assert.Throws<DirectoryNotFoundException>(() => GoldenFamily.Folder("prune", root["missing"]));
    }
}
