using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Tests.Model;

/// <summary>What a Save that was killed between its two renamings leaves is finished by a Load, which may come late.</summary>
public sealed class UnfinishedSaveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Killed_between_the_two_renamings_it_is_finished_by_the_next_load()
    {
        var (path, other) = (_folder["m"], _folder["other"]);
        Program.Model(1).Save(path);
        Program.Model(2).Save(other);
        File.Copy(other + ".ctw", path + ".ctw", overwrite: true);
        File.WriteAllText(path + ".ctm.abc.tmp", "cut sho");
        File.Copy(other + ".ctm", path + ".ctm.xyz.tmp");
        for (var time = 0; time < 2; time++)
            RandomModels.AssertEqual(Program.Model(2).Model, CompressedModel.Load(path).Model);
        Assert.Equal(File.ReadAllText(other + ".ctm"), File.ReadAllText(path + ".ctm"));

        // Without that manifest nothing fits, and nothing is loaded.
        Program.Model(1).Save(other);
        File.Copy(other + ".ctm", path + ".ctm", overwrite: true);
        Assert.Throws<InvalidDataException>(() => CompressedModel.Load(path));
    }

    [Fact]
    public void The_first_Save_killed_between_the_two_renamings_is_finished_by_the_next_load()
    {
        var path = _folder["m"];
        Program.Model(1).Save(path);
        File.Move(path + ".ctm", path + ".ctm.xyz.tmp");
        for (var time = 0; time < 2; time++)
            RandomModels.AssertEqual(Program.Model(1).Model, CompressedModel.Load(path).Model);
        Assert.Equal(["m.ctm", "m.ctw"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());

        // Weights alone are no artifact.
        File.Delete(path + ".ctm");
        Assert.Contains("m.ctm", Assert.Throws<FileNotFoundException>(() => CompressedModel.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_load_that_finishes_a_save_late_leaves_what_was_saved_since()
    {
        var (path, left) = (_folder["m"], _folder["m.ctm.xyz.tmp"]);
        Program.Model(1).Save(path);
        File.Copy(path + ".ctm", left);
        Program.Model(2).Save(path);
        var files = Directory.GetFiles(_folder.Path).ToDictionary(file => file, File.ReadAllBytes);
        UnfinishedSave.Place(path, left);
        Assert.Equal(files, Directory.GetFiles(_folder.Path).ToDictionary(file => file, File.ReadAllBytes));
    }

    [Fact]
    public void A_save_between_the_renamings_of_a_load_that_finishes_another_stays()
    {
        var path = _folder["m"];
        var left = Unfinished(path, before: 1, saved: 2);
        UnfinishedSave.Place(path, left, () => Program.Model(3).Save(path));
        RandomModels.AssertEqual(Program.Model(3).Model, CompressedModel.Load(path).Model);
    }

    [Fact]
    public void Weights_that_come_back_between_the_renamings_of_a_load_get_their_manifest_back()
    {
        var path = _folder["m"];
        Program.Model(1).Save(_folder["other"]);
        var left = Unfinished(path, before: 1, saved: 2);
        UnfinishedSave.Place(path, left, () => File.Copy(_folder["other.ctw"], path + ".ctw", overwrite: true));
        Assert.Equal(File.ReadAllText(_folder["other.ctm"]), File.ReadAllText(path + ".ctm"));
        RandomModels.AssertEqual(Program.Model(1).Model, CompressedModel.Load(path).Model);
        Assert.Equal(["m.ctm", "m.ctw", "other.ctm", "other.ctw"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_load_that_cannot_finish_a_save_puts_back_what_it_took()
    {
        var path = _folder["m"];
        var left = Unfinished(path, before: 1, saved: 2);
        var (before, manifest) = (File.ReadAllText(path + ".ctm"), File.ReadAllText(left));
        UnfinishedSave.Place(path, left, () => File.Delete(left));
        Assert.Equal(before, File.ReadAllText(path + ".ctm"));

        // Others that hold the manifest of these weights are found by the next load.
        File.WriteAllText(left, manifest);
        RandomModels.AssertEqual(Program.Model(2).Model, CompressedModel.Load(path).Model);
        Assert.Equal(manifest, File.ReadAllText(path + ".ctm"));
    }

    [Fact]
    public void A_model_that_is_refused_is_not_waited_for_unless_the_wanted_one_is_unfinished()
    {
        var path = _folder["m"];
        Program.Model(1).Save(path);
        File.WriteAllText(path + ".xyz.tmp", ""); // as if one were saving
        var (looks, unwanted) = (0, File.ReadAllText(path + ".ctm"));
        void Check(Manifest manifest)
        {
            looks++;
            if (ManifestText.Write(manifest) == unwanted)
                throw new InvalidDataException("not wanted");
        }

        Assert.Equal("not wanted", Assert.Throws<InvalidDataException>(() => ArtifactReader.Read(path, Check)).Message);
        Assert.Equal(1, looks);
        Unfinished(path, before: 1, saved: 2);
        RandomModels.AssertEqual(Program.Model(2).Model, ArtifactReader.Read(path, Check).Model);
    }

    [Fact]
    public void A_load_that_was_killed_between_its_own_renamings_is_finished_by_the_next()
    {
        var path = _folder["m"];
        _ = Unfinished(path, before: 1, saved: 2);
        File.Move(path + ".ctm", path + ".ctm.abc.tmp");
        RandomModels.AssertEqual(Program.Model(2).Model, CompressedModel.Load(path).Model);
    }

    // As if killed between the two renamings: the manifest that is not in its place.
    private string Unfinished(string path, int before, int saved)
    {
        var (left, other) = (path + ".ctm.xyz.tmp", _folder["saved"]);
        Program.Model(before).Save(path);
        Program.Model(saved).Save(other);
        File.Move(other + ".ctw", path + ".ctw", overwrite: true);
        File.Move(other + ".ctm", left);
        return left;
    }
}
