using System.Runtime.InteropServices;

namespace Rekey.Cli;

/// <summary>The signals that end a process politely, as one token.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    private StopSignals() => _registrations = [On(PosixSignal.SIGTERM), On(PosixSignal.SIGINT), On(PosixSignal.SIGQUIT)];

    public CancellationToken Token => _stop.Token;

    public static StopSignals Listen() => new();

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        // The first one ends what runs in order; a second one ends the process.
        context.Cancel = !_stop.IsCancellationRequested;
        _stop.Cancel();
    });
}
