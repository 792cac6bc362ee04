using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Shared;

namespace CompileTime.Generator.Manifests;

/// <summary>An artifact that fits its class.</summary>
internal sealed record Artifact(Manifest Manifest, string BlobResource);

/// <summary>Which artifact is compiled in, and what is wrong with those that are not.</summary>
internal static class ManifestRules
{
    /// <summary>The model's one good artifact, or null and the reason among the problems.</summary>
    public static Artifact? Choose(ModelDeclaration declaration, NetworkDefinition definition, ModelInput input, List<Problem> problems)
    {
        var sources = input.Manifests;
        if (sources.Count == 0)
        {
            problems.Add(new Problem("CT3001", Site.Class, ShortName(declaration)));
            return null;
        }

        for (var i = 1; i < sources.Count; i++)
        {
            problems.Add(new Problem("CT3004", Site.InFile(sources[i].Path, 1, 1), ShortName(declaration),
                Beside(sources[0].Path, sources[i].Path)));
        }

        if (sources.Count > 1)
            return null;

        var source = sources[0];
        if (ManifestText.Read(source.Text, out var error) is not { } manifest)
        {
            problems.Add(Damaged(source, error));
            return null;
        }

        var text = DefinitionText.Write(definition);
        if (manifest.DefinitionText != text)
        {
            problems.Add(new Problem("CT3002", Site.Class, source.FileName,
                Difference(manifest.DefinitionText, text), ShortName(declaration)));
            return null;
        }

        if (source.BlobResource is not { } blob)
        {
            problems.Add(new Problem("CT3006", Site.InFile(source.Path, 1, 1), source.FileName));
            return null;
        }

        if (source.Blob != BlobState.Good)
        {
            problems.Add(new Problem(source.Blob == BlobState.Missing ? "CT3007" : "CT3012",
                Site.InFile(source.Path, source.Blob == BlobState.Missing ? 1 : source.HashLine, 1), source.FileName,
                System.IO.Path.ChangeExtension(source.FileName, ".ctw")));
            return null;
        }

        if (!input.Facts.AllowsUnsafe)
        {
            problems.Add(new Problem("CT4001", Site.Class, ShortName(declaration)));
            return null;
        }

        BudgetRules.Check(declaration, source.FileName, manifest, problems);
        SparsityRules.Check(declaration, definition, source.FileName, manifest, problems);
        return new Artifact(manifest, blob);
    }

    /// <summary>What is wrong with an artifact that belongs to no class of the project.</summary>
    /// <param name="source">The artifact.</param>
    /// <param name="isModel">Whether a class has that name.</param>
    /// <param name="untrained">The networks of the classes without an artifact; asked where no class has the name.</param>
    public static Problem? CheckOrphan(ManifestSource source, Func<string, bool> isModel, Func<IEnumerable<NetworkDefinition>> untrained)
    {
        if (source.ModelName is null)
        {
            ManifestText.Read(source.Text, out var error);
            return Damaged(source, error);
        }

        if (isModel(source.ModelName))
            return null;
        var manifest = ManifestText.Read(source.Text, out _);
        var renamed = manifest is null ? null : untrained().FirstOrDefault(network =>
            DefinitionText.Write(network with { ModelName = source.ModelName }) == manifest.DefinitionText);
        return new Problem("CT3005", Site.InFile(source.Path, 1, 1), source.ModelName, renamed is null
            ? "rename the class or delete the file"
            : "'" + renamed.ModelName + "' has the same network: if it was renamed, give it back this name, or train it and delete "
            + "the file");
    }

    private static Problem Damaged(ManifestSource source, TextError? error) => error is null
        ? new Problem("CT3003", Site.InFile(source.Path, 1, 1), "it names no model")
        : new Problem("CT3003", Site.InFile(source.Path, error), error.Message);

    // From the folder on in which they differ: where the project lies is of no interest, and not the same on every machine.
    private static string Beside(string path, string other)
    {
        var start = 0;
        for (var i = 0; i < path.Length && i < other.Length && path[i] == other[i]; i++)
            start = path[i] is '/' or '\\' ? i + 1 : start;
        return path.Substring(start).Replace('\\', '/');
    }

    private static string ShortName(ModelDeclaration declaration) =>
        declaration.FullName.Substring(declaration.FullName.LastIndexOf('.') + 1);

    // The first line that differs tells what was changed; a full listing would not be read.
    private static string Difference(string trained, string declared)
    {
        var (was, now) = (trained.Split('\n'), declared.Split('\n'));
        var line = 0;
        while (line + 1 < was.Length && line + 1 < now.Length && was[line] == now[line])
            line++;
        if (Array.IndexOf(now, was[line], line) > 0)
            return "'" + now[line] + "' is new";
        if (Array.IndexOf(was, now[line], line) > 0)
            return "'" + was[line] + "' is gone";
        return Difference(Words(was[line]), Words(now[line]));
    }

    // Of two lines on the same layer, what differs: the shapes and numbers that they have in common are of no interest.
    private static string Difference(List<string> was, List<string> now)
    {
        var (start, end) = (0, 0);
        while (start < was.Count && start < now.Count && was[start] == now[start])
            start++;
        while (end < was.Count - start && end < now.Count - start && was[was.Count - 1 - end] == now[now.Count - 1 - end])
            end++;
        var (before, after) = (Between(was, start, end), Between(now, start, end));
        return (start == 0 ? "" : "in '" + was[0] + "' ") + (before.Length == 0 ? "'" + after + "' is new"
            : "'" + before + "' " + (after.Length == 0 ? "is gone" : "has become '" + after + "'"));
    }

    private static string Between(List<string> words, int start, int end) =>
        string.Join(" ", words.Skip(start).Take(words.Count - start - end));

    // A shape belongs to its arrow.
    private static List<string> Words(string line) =>
        [.. line.Replace("-> ", "->").Split(' ').Select(word => word.Replace("->", "-> "))];
}
