using System.Text;

namespace Rekey.Cli.Commands;

/// <summary>A report as people read it.</summary>
internal static class CheckTable
{
    public static string Of(CheckReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(Printable.Line($"Configuration: {report.Configuration.Origin}"));
        if (report.Credentials.Count == 0)
            text.AppendLine("No credential is configured. 'rekey --help' shows how to begin.");
        else
            Rows(text, report.Credentials);
        if (report.Store is { } store)
            text.AppendLine(Printable.Line($"Sessions are kept in {store}"));
        foreach (var warning in report.Warnings)
            text.AppendLine(Printable.Line($"Warning: {warning}"));
        return text.ToString();
    }

    private static void Rows(StringBuilder text, IReadOnlyList<Checked> credentials)
    {
        string[][] cells =
        [
            ["CREDENTIAL", "KIND", "STATE", "SOURCE"],
            .. credentials.Select(static one => new[] { NameOf(one.Credential), one.Credential.Kind, one.State, SourceOf(one.Credential) }),
        ];
        var widths = Enumerable.Range(0, 3).Select(column => cells.Max(row => row[column].Length)).ToArray();
        text.AppendLine();
        for (var i = 0; i < cells.Length; i++)
        {
            text.AppendLine(Printable.Line(string.Join("  ", cells[i].Select((cell, column) => column < widths.Length ? cell.PadRight(widths[column]) : cell))));
            if (i > 0 && credentials[i - 1].Error is { } error)
                text.AppendLine(Printable.Line($"    [{error.Code}] {error.Message} {error.NextStep}".TrimEnd()));
        }
    }

    private static string NameOf(CredentialStatus credential) => credential.IsRequired ? credential.Name : $"{credential.Name} (optional)";

    private static string SourceOf(CredentialStatus credential) =>
        credential.AnsweredBy is { } source && source != credential.Source ? $"{source} (of {credential.Source})" : credential.Source;
}
