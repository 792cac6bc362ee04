extern alias fixes;
extern alias generator;

using System.Composition;
using System.Reflection;
using fixes::CompileTime.CodeFixes;
using generator::CompileTime.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CodeRefactorings;

namespace CompileTime.Generator.Tests.CodeFixes;

/// <summary>An editor finds the fixes by their exports, and what they mend by ids.</summary>
public class ExportTests
{
    public static TheoryData<Type> Fixes =>
        [.. typeof(FixProvider).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(FixProvider)))];

    [Theory, MemberData(nameof(Fixes))]
    public void A_fix_is_exported_for_ids_that_exist(Type type)
    {
        var export = Assert.Single(type.GetCustomAttributes<ExportCodeFixProviderAttribute>());
        Assert.Equal(type.Name, export.Name);
        Assert.Equal([LanguageNames.CSharp], export.Languages);
        Assert.NotNull(type.GetCustomAttribute<SharedAttribute>());
        var fix = (FixProvider)Activator.CreateInstance(type)!;
        Assert.All(
            fix.FixableDiagnosticIds.Where(id => !id.StartsWith("CS", StringComparison.Ordinal)),
            id => Assert.Contains(Catalogue.All, descriptor => descriptor.Id == id));
        Assert.Equal(
            [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution],
            fix.GetFixAllProvider().GetSupportedFixAllScopes().Order());
    }

    [Fact]
    public void The_refactoring_is_exported() => Assert.Equal(
        [LanguageNames.CSharp],
        Assert.Single(typeof(GraphRefactoring).GetCustomAttributes<ExportCodeRefactoringProviderAttribute>()).Languages);
}
