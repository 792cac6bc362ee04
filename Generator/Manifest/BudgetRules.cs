using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Shared;

namespace CompileTime.Generator.Manifests;

/// <summary>Whether an artifact meets the model's [Budget].</summary>
internal static class BudgetRules
{
    /// <summary>What can be said before there is an artifact.</summary>
    public static void CheckFigures(ModelDeclaration declaration, List<Problem> problems)
    {
        if (declaration.Budget is not { } budget)
            return;
        var wrong = budget switch
        {
            { Bytes: null, Accuracy: null, Macs: null } => "no figure is given; "
                + "write for instance [Budget(Bytes = 40_000, Accuracy = 0.98)]",
            { Bytes: { } bytes and < 1 } => "Bytes is " + Numbers.Text(bytes) + ", and must be at least 1",
            { Macs: { } macs and < 1 } => "Macs is " + Numbers.Text(macs) + ", and must be at least 1",
            { Accuracy: { } accuracy and not (> 0 and <= 1) } => "Accuracy is " + Numbers.Text(accuracy)
                + ", and must be more than 0 and at most 1, such as 0.98 for 98 %",
            _ => null,
        };
        if (wrong is not null)
            problems.Add(new Problem("CT1013", budget.Site, wrong));
    }

    public static void Check(ModelDeclaration declaration, string file, Manifest manifest, List<Problem> problems)
    {
        if (declaration.Budget is not { } budget)
            return;
        if (budget.Bytes is { } bytes && Size(manifest) is var size && size > bytes)
            Missed("Bytes = " + Numbers.Text(bytes), "'" + file + "' and its weights take " + Numbers.Text(size) + " bytes", "prune more");
        if (budget.Macs is { } macs && Work.Macs(manifest.Network) is var work && work > macs)
        {
            Missed("Macs = " + Numbers.Text(macs), "the network of '" + file + "' takes " + Numbers.Text(work) + " multiply-accumulates",
                "make layers smaller or prune by Structure.Filter");
        }

        if (budget.Accuracy is not { } accuracy)
            return;
        if (manifest.Validation.FirstOrDefault(entry => entry.Stage == "int8") is not { } measured || manifest.ValidationSamples == 0)
            problems.Add(new Problem("CT3009", budget.Site, Numbers.Text(accuracy), file));
        else if (!(measured.Accuracy >= accuracy))
        {
            Missed("Accuracy = " + Numbers.Text(accuracy), "'" + file + "' records an accuracy of "
                + measured.Accuracy.ToString("0.####", CultureInfo.InvariantCulture) + " in int8, on "
                + Numbers.Text(manifest.ValidationSamples) + " samples", "train it further");
        }

        void Missed(string declared, string recorded, string remedy) =>
            problems.Add(new Problem("CT3008", budget.Site, declared, recorded, remedy));
    }

    private static long Size(Manifest manifest) => Encoding.UTF8.GetByteCount(ManifestText.Write(manifest)) + manifest.BlobBytes;
}
