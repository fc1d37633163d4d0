using System.Globalization;

namespace Rekey.Cli.Demo;

/// <summary>Plays the demo and tells what happens.</summary>
internal sealed class DemoShow(Func<DemoStage> newStage, int rotations, Surroundings surroundings)
{
    private readonly TextWriter _out = surroundings.Terminal.Out;

    /// <summary>Zero when Rekey failed no query, kept the planted secret in, and the other way failed at least one.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var total = rotations * RotationKinds.All.Count;
        Say($"{Rehearsal.Workers} workers query while the credential rotates {total} times, in {RotationKinds.All.Count} ways.");
        var (ours, isHidden) = await PlayRekeyAsync(cancellationToken).ConfigureAwait(false);
        var naive = await PlayNaiveAsync(cancellationToken).ConfigureAwait(false);

        Say(string.Empty);
        Say($"{"",-18}{"rotations",12}{"answered",12}{"failed",12}");
        Row("Rekey", total, ours);
        Row("close, then fetch", total, naive);
        if (ours.Failed == 0 && naive.Failed > 0 && isHidden)
            return ExitCode.Ready;
        Say(string.Empty);
        Say(ours.Failed > 0 ? "Rekey failed queries: this is a defect, please report it."
            : !isHidden ? "The planted secret was not hidden: this is a defect, please report it."
            : "The other way failed no query this time: the comparison shows nothing.");
        return ExitCode.Refused;
    }

    private async Task<(Figures Figures, bool IsHidden)> PlayRekeyAsync(CancellationToken cancellationToken)
    {
        var stage = newStage();
        await using (stage.ConfigureAwait(false))
        {
            Say(stage.Describe);
            Say(string.Empty);
            Say("Rekey");
            await stage.PrepareAsync(cancellationToken).ConfigureAwait(false);
            var load = new RekeyLoad(stage, surroundings.Redactor, surroundings.Time);
            await using (load.ConfigureAwait(false))
            {
                var figures = await PlayAsync(stage, load, cancellationToken).ConfigureAwait(false);
                var isHidden = await ShowPlantedAsync(stage, load, cancellationToken).ConfigureAwait(false);
                Say($"  {load.Account}; {stage.Store.Fetches} fetches");
                return (figures, isHidden);
            }
        }
    }

    private async Task<Figures> PlayNaiveAsync(CancellationToken cancellationToken)
    {
        var stage = newStage();
        await using (stage.ConfigureAwait(false))
        {
            Say(string.Empty);
            Say("Close the pool, then fetch, then build it again");
            await stage.PrepareAsync(cancellationToken).ConfigureAwait(false);
            var load = new CloseThenFetchLoad(stage);
            await using (load.ConfigureAwait(false))
                return await PlayAsync(stage, load, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Figures> PlayAsync(DemoStage stage, ILoad load, CancellationToken cancellationToken)
    {
        var rehearsal = new Rehearsal(stage, load, rotations, surroundings.Time);
        await rehearsal.RunAsync(
            (kind, done) =>
            {
                // A line now and then, and one at the end of each kind.
                if (done == rotations || done % 8 == 0)
                    Say($"  {kind.Describe(),-30}{done,4}/{rotations}   {Number(rehearsal.Figures.Answered),9} answered   {Number(rehearsal.Figures.Failed),6} failed");
            },
            cancellationToken).ConfigureAwait(false);
        if (rehearsal.Figures.Failed > 0)
            Say($"  failures: {rehearsal.Figures.Codes}");
        return rehearsal.Figures;
    }

    private async Task<bool> ShowPlantedAsync(DemoStage stage, RekeyLoad load, CancellationToken cancellationToken)
    {
        var text = await load.ReadAsync(stage.PlantedQuery, cancellationToken).ConfigureAwait(false);
        Say($"  a row that holds the first password reaches the agent as: {text.ReplaceLineEndings(" ")}");
        return text.Contains(Secret.Marker, StringComparison.Ordinal) && !text.Contains(stage.Planted.Reveal(), StringComparison.Ordinal);
    }

    private void Row(string name, int total, Figures figures) =>
        Say($"{name,-18}{total,12}{Number(figures.Answered),12}{Number(figures.Failed),12}");

    private void Say(string line) => _out.WriteLine(line);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
