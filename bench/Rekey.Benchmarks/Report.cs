using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Rekey.Benchmarks;

/// <summary>Prints figures; the one place of this project that writes to the console.</summary>
internal static class Report
{
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "A benchmark tells its figures on the console.")]
    public static void Line(string text) => Console.WriteLine(text);

    /// <summary>A row of a Markdown table.</summary>
    public static void Row(params object[] cells) =>
        Line("| " + string.Join(" | ", cells.Select(static c => Convert.ToString(c, CultureInfo.InvariantCulture))) + " |");

    public static void Header(params string[] cells)
    {
        Row([.. cells]);
        Row([.. cells.Select(static _ => "---")]);
    }
}
