using CompileTime.Shared;

namespace CompileTime.Models;

/// <summary>
/// What a process that died within Save left, or one that is at it: the new weights in their place, their manifest not yet. Whoever loads
/// does the second renaming. He may come late, when another Save has replaced both files; so he puts no file over another, and what
/// he takes away he puts back if it turns out to be the right one. If he dies between his own two renamings, the manifest that he took away
/// stays aside, and no manifest is in its place: the next Load finds whichever belongs to the weights.
/// </summary>
internal static class UnfinishedSave
{
    // Half a second: who is killed between his renamings does not hold up a reader for longer.
    private const int Looks = 32;

    /// <summary>The artifact of the weights that lie there, with a manifest that is not in its place, or was not; null for none.</summary>
    public static Artifact? Finish(string path, Action<Manifest>? check)
    {
        try
        {
            foreach (var left in ArtifactFiles.UnfinishedOf(path + ArtifactFiles.ManifestExtension).Select(file => file.FullName))
            {
                try
                {
                    var artifact = ArtifactFiles.ReadPair(path, left, check);
                    Place(path, left);
                    return artifact;
                }
                catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
                {
                    // Cut short, or of other weights, or another process was faster.
                }
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // No folder, or none whose files one may list.
        }

        return null;
    }

    /// <summary>Gives the manifest its place, unless a better one has it by now.</summary>
    /// <param name="path">Both files' path.</param>
    /// <param name="left">The manifest, which was found to be that of the weights.</param>
    /// <param name="betweenRenamings">For tests: what happens between the two.</param>
    internal static void Place(string path, string left, Action? betweenRenamings = null)
    {
        var manifest = path + ArtifactFiles.ManifestExtension;
        var aside = ArtifactFiles.NewUnfinished(manifest);
        try
        {
            // Not copied: whatever is there at this very moment is kept.
            if (File.Exists(manifest))
                File.Move(manifest, aside);
            var right = ArtifactFiles.IsPair(path, aside) ? aside : left;
            betweenRenamings?.Invoke();
            File.Move(right, manifest);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Another one has put a manifest there or taken this one, or this process may not write here. The artifact is read anyway.
            if (!File.Exists(manifest) && File.Exists(aside))
                File.Move(aside, manifest);
        }

        // One of the two is right, or will be as soon as a Save that is between its renamings is done, or has failed.
        for (var look = 0; look < Looks && File.Exists(aside); look++, Thread.Sleep(look))
        {
            if (ArtifactFiles.IsPair(path, manifest))
                File.Delete(aside);
            else if (ArtifactFiles.IsPair(path, aside))
                Place(path, aside); // The weights were replaced by those that they were before.
        }
    }
}
