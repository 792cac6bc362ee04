using System.Diagnostics;
using CompileTime.Models;

namespace CompileTime.Tests.Model;

/// <summary>Saving over an artifact while the disk fills up or the process is killed leaves one that loads: the old one or the new one.</summary>
public sealed class InterruptedSaveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_cannot_be_written_whole_is_an_IOException_and_leaves_what_was_there()
    {
        if (OperatingSystem.IsWindows())
            return; // no limit to be had for one process
        var path = _folder["m"];
        Program.Model(1).Save(path);
        var before = Directory.GetFiles(_folder.Path).ToDictionary(file => file, File.ReadAllBytes);
        // A limit of 1 KB for a file: the weights are smaller, the manifest is not. Without the trap, the system would end the process.
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true };
        foreach (var argument in new[] { "-c", "trap '' XFSZ; ulimit -f 1; exec dotnet \"$0\" save \"$1\" 2", Assembly, path })
            start.ArgumentList.Add(argument);
        // Or the runtime would write files of its own.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 3, output);
        Assert.Equal(before, Directory.GetFiles(_folder.Path).ToDictionary(file => file, File.ReadAllBytes));
        RandomModels.AssertEqual(Program.Model(1).Model, CompressedModel.Load(path).Model);
    }

    [Fact]
    public void A_process_killed_while_it_saves_leaves_the_old_or_the_new_artifact()
    {
        var path = _folder["m"];
        var (one, two) = (Program.Model(1), Program.Model(2));
        one.Save(path);
        var random = new Random(3);
        for (var round = 0; round < 15; round++)
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
            foreach (var argument in new[] { Assembly, "save-forever", path, "1", "2" })
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            Assert.Equal("ready", process.StandardOutput.ReadLine());
            Thread.Sleep(random.Next(1, 60));
            process.Kill();
            process.WaitForExit();
            var loaded = CompressedModel.Load(path).Model;
            RandomModels.AssertEqual(
                (loaded.Weights[^1]!.Bias.SequenceEqual(one.Model.Weights[^1]!.Bias) ? one : two).Model, loaded);
        }

        // What the killed ones left does not hinder the next.
        two.Save(path);
        RandomModels.AssertEqual(two.Model, CompressedModel.Load(path).Model);
    }

    [Fact]
    public async Task Loading_beside_saving_finds_the_one_or_the_other()
    {
        var path = _folder["m"];
        var (one, two) = (Program.Model(1), Program.Model(2));
        one.Save(path);
        var saver = Task.Run(() =>
        {
            for (var time = 0; time < 150; time++)
                (time % 2 == 0 ? two : one).Save(path);
        });
        while (!saver.IsCompleted)
        {
            var loaded = CompressedModel.Load(path).Model;
            RandomModels.AssertEqual((loaded.Weights[^1]!.Bias.SequenceEqual(one.Model.Weights[^1]!.Bias) ? one : two).Model, loaded);
        }

        await saver;
        RandomModels.AssertEqual(one.Model, CompressedModel.Load(path).Model);
    }

    [Fact]
    public async Task What_is_damaged_is_refused_at_once_and_what_is_being_saved_is_waited_for()
    {
        var path = _folder["m"];
        Program.Model(1).Save(path);
        Program.Model(2).Save(_folder["other"]);
        File.Copy(_folder["other.ctw"], path + ".ctw", overwrite: true);
        foreach (var others in (string[])["m.v2.xyz.tmp", "m.v2.ctm.xyz.tmp", "m.ctm.v2.xyz.tmp"])
            File.WriteAllText(_folder[others], ""); // of models with longer names
        Assert.InRange(Enumerable.Range(0, 5).Min(_ =>
        {
            var begun = Stopwatch.GetTimestamp();
            Assert.Throws<InvalidDataException>(() => CompressedModel.Load(path));
            return Stopwatch.GetElapsedTime(begun);
        }), TimeSpan.Zero, TimeSpan.FromSeconds(0.5)); // half of what it waits for one that saves

        // One that saves has come between another's files, and will save again: so says the file without content.
        File.WriteAllText(path + ".xyz.tmp", "");
        var saver = Task.Run(() =>
        {
            Thread.Sleep(300);
            File.Copy(_folder["other.ctm"], path + ".ctm", overwrite: true);
        });
        RandomModels.AssertEqual(Program.Model(2).Model, CompressedModel.Load(path).Model);
        await saver;
    }

    [Fact]
    public void In_a_folder_that_may_be_written_but_not_read_a_Save_is_done_when_it_is_written()
    {
        if (OperatingSystem.IsWindows())
            return; // rights are given otherwise
        var path = _folder["m"];
        // Files without any right: none but root may read what it has written. Root becomes another user.
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true };
        var user = Environment.IsPrivilegedProcess ? "setpriv --reuid=65534 --clear-groups" : "";
        var command = $"umask 0777; exec {user} \"$2\" \"$0\" save \"$1\" 2";
        foreach (var argument in new[] { "-c", command, Assembly, path, Environment.ProcessPath! })
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        if (Environment.IsPrivilegedProcess)
            File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_111_111);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        Assert.Equal(["m.ctm", "m.ctw"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file));
            if (!Environment.IsPrivilegedProcess)
                File.SetUnixFileMode(file, UnixFileMode.UserRead);
        }

        RandomModels.AssertEqual(Program.Model(2).Model, CompressedModel.Load(path).Model);
    }

    [Fact]
    public void Of_several_that_save_at_the_same_time_one_wins()
    {
        var path = _folder["m"];
        CompressedModel[] models = [.. Enumerable.Range(1, 3).Select(Program.Model)];

        // As bad as it can be: one saves between the two renamings of another.
        var others = new Queue<CompressedModel>([models[1], models[2]]);
        var (manifest, blob) = Artifact.Write(models[0].Definition, models[0].Model, 0, []);
        ArtifactWriter.Write(path, manifest, blob, () =>
        {
            if (others.TryDequeue(out var other))
                other.Save(path);
        });
        Assert.Empty(others);
        RandomModels.AssertEqual(models[0].Model, CompressedModel.Load(path).Model);

        for (var round = 0; round < 20; round++)
        {
            Parallel.ForEach(models, model => model.Save(path));
            var loaded = CompressedModel.Load(path).Model;
            var winner = models.Single(model => model.Model.Weights[^1]!.Bias.SequenceEqual(loaded.Weights[^1]!.Bias));
            RandomModels.AssertEqual(winner.Model, loaded);
            Assert.Equal(["m.ctm", "m.ctw"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
        }
    }

    [Fact]
    public void A_Save_that_fails_leaves_what_another_has_saved_meanwhile()
    {
        var (path, other) = (_folder["m"], _folder["other"]);
        Program.Model(3).Save(path);
        Program.Model(2).Save(other);
        var (manifest, blob) = Artifact.Write(Program.Model(1).Definition, Program.Model(1).Model, 0, []);
        var error = Record.Exception(() => ArtifactWriter.Write(path, manifest, blob, () =>
        {
            Program.Model(2).Save(path);
            File.Delete(path + ".ctm");
            Directory.CreateDirectory(path + ".ctm"); // nothing can be renamed to it
        }));
        Assert.True(error is IOException or UnauthorizedAccessException, error?.ToString());
        Assert.Equal(File.ReadAllBytes(other + ".ctw"), File.ReadAllBytes(path + ".ctw"));
    }

    [Fact]
    public void A_Save_that_fails_over_the_weights_of_another_is_finished_by_the_next_load()
    {
        var (path, other) = (_folder["m"], _folder["other"]);
        Program.Model(3).Save(path);
        Program.Model(2).Save(other);
        Assert.Throws<IOException>(() => Write(1, () =>
        {
            // The other was done before these weights were moved in, but after the old ones were copied.
            File.Copy(other + ".ctm", path + ".ctm", overwrite: true);
            throw new IOException("as if the manifest could not be renamed");
        }));
        RandomModels.AssertEqual(Program.Model(1).Model, CompressedModel.Load(path).Model);
        Assert.Equal(["m.ctm", "m.ctw", "other.ctm", "other.ctw"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());

        // With nobody else's manifest there, what was there comes back.
        Assert.Throws<IOException>(() => Write(2, () => throw new IOException("as before")));
        RandomModels.AssertEqual(Program.Model(1).Model, CompressedModel.Load(path).Model);
        Assert.Equal(4, Directory.GetFiles(_folder.Path).Length);

        void Write(int seed, Action betweenRenamings)
        {
            var (text, bytes) = Artifact.Write(Program.Model(seed).Definition, Program.Model(seed).Model, 0, []);
            ArtifactWriter.Write(path, text, bytes, betweenRenamings);
        }
    }

    [Fact]
    public void A_Save_whose_files_never_belong_together_says_what_is_wrong_with_them()
    {
        var path = _folder["m"];
        var (manifest, blob) = Artifact.Write(Program.Model(1).Definition, Program.Model(1).Model, 0, []);
        var error = Assert.Throws<IOException>(
            () => ArtifactWriter.Write(path, manifest, blob, () => File.WriteAllText(path + ".ctw", "others")));
        Assert.Contains("m.ctw' holds other weights than the manifest beside it", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    private static string Assembly => typeof(Program).Assembly.Location;
}
