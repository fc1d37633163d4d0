namespace Rekey.Cli.Demo;

/// <summary>A way of using a database whose credential rotates: it runs queries, and hears of a rotation.</summary>
internal interface ILoad : IAsyncDisposable
{
    /// <summary>Makes ready to query.</summary>
    Task BeginAsync(CancellationToken cancellationToken);

    /// <summary>Runs one piece of work, which one depending on the turn. Null when it was answered, else the code of the failure.</summary>
    Task<string?> WorkAsync(int turn);

    /// <summary>The outside world says that the credential has changed.</summary>
    Task HearOfRotationAsync(CancellationToken cancellationToken);
}
