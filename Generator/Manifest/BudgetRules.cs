using System.Collections.Generic;
using System.Linq;
using System.Text;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Shared;

namespace CompileTime.Generator.Manifests;

/// <summary>Whether an artifact meets the model's [Budget]: where there is none that could, that is said, too.</summary>
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

    /// <summary>
    /// What can be said where no artifact fits: that nothing is checked, but for multiply-accumulates, which are as declared unless pruning
    /// takes some away.
    /// </summary>
    public static void CheckDeclared(ModelDeclaration declaration, NetworkDefinition definition, Problem why, List<Problem> problems)
    {
        if (declaration.Budget is not { } budget)
            return;
        var name = declaration.FullName.Substring(declaration.FullName.LastIndexOf('.') + 1);
        if (why.Id is "CT3001" or "CT3002")
        {
            problems.Add(new Problem("CT3011", budget.Site, name, why.Id == "CT3001"
                ? "there is no artifact of it yet"
                : "its artifact '" + why.Arguments[0] + "' belongs to another declaration"));
        }

        if (budget.Macs is { } macs && definition.Layers.All(layer => layer.Prune is null)
            && definition.Layers.Where(layer => layer.HasWeight).Sum(layer => Work.Macs(layer.WeightShape, layer.OutputShape)) is var work
            && work > macs)
            TooMuchWork(budget, macs, "the network as declared", work, problems);
    }

    public static void Check(ModelDeclaration declaration, string file, Manifest manifest, List<Problem> problems)
    {
        if (declaration.Budget is not { } budget)
            return;
        if (budget.Bytes is { } bytes && Size(manifest) is var size && size > bytes)
            Missed("Bytes = " + Numbers.Text(bytes), "'" + file + "' and its weights take " + Numbers.Text(size) + " bytes", "prune more");
        if (budget.Macs is { } macs && Work.Macs(manifest.Network) is var work && work > macs)
            TooMuchWork(budget, macs, "the network of '" + file + "'", work, problems);
        if (budget.Accuracy is not { } accuracy)
            return;
        if (manifest.Validation.FirstOrDefault(entry => entry.Stage == "int8") is not { } measured || manifest.ValidationSamples == 0)
            problems.Add(new Problem("CT3009", budget.Site, Numbers.Text(accuracy), file));
        else if (!(measured.Accuracy >= accuracy))
        {
            Missed("Accuracy = " + Numbers.Text(accuracy), "'" + file + "' records an accuracy of "
                + Numbers.Text(measured.Accuracy) + " in int8, on "
                + Numbers.Text(manifest.ValidationSamples) + " samples", "train it further");
        }

        void Missed(string declared, string recorded, string remedy) =>
            problems.Add(new Problem("CT3008", budget.Site, declared, recorded, remedy));
    }

    private static void TooMuchWork(BudgetCall budget, long macs, string what, long work, List<Problem> problems) =>
        problems.Add(new Problem("CT3008", budget.Site, "Macs = " + Numbers.Text(macs),
            what + " takes " + Numbers.Text(work) + " multiply-accumulates", "make layers smaller or prune by Structure.Filter"));

    private static long Size(Manifest manifest) => Encoding.UTF8.GetByteCount(ManifestText.Write(manifest)) + manifest.BlobBytes;
}
