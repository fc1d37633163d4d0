using Rekey.Cli.Demo;
using Rekey.Databases;

namespace Rekey.Benchmarks.Rotation;

/// <summary>One row a way; what a way answers in a second is compared with the first of its kind.</summary>
internal sealed class RotationTable
{
    private string? _kind;
    private double _first;

    public RotationTable() =>
        Report.Header("rotation", "way", "rotations", "answered", "failed", "share", "answered a second, ratio", "fetches", "of them sessions the server ended");

    public void Add(string kind, string way, int rotations, Figures figures, TimeSpan elapsed, int fetches)
    {
        var rate = figures.Answered / elapsed.TotalSeconds;
        if (_kind != kind)
            (_kind, _first) = (kind, rate);
        var share = 100.0 * figures.Failed / Math.Max(1, figures.Answered + figures.Failed);
        Report.Row(
            kind, way, rotations, figures.Answered, figures.Failed, $"{share:F2} %", $"{rate / _first:F2}", fetches, figures.Of(nameof(DatabaseFailure.SessionEnded)));
    }
}
