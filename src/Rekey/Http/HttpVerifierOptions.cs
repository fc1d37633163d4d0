namespace Rekey.Http;

/// <summary>Where and how a value is presented to a service that speaks HTTP.</summary>
public sealed record HttpVerifierOptions
{
    /// <summary>The credential's name.</summary>
    public required string Credential { get; init; }

    /// <summary>What only a good value may read; see <see cref="HttpVerifier.Admits"/>.</summary>
    public required Uri Address { get; init; }

    /// <summary>The header that carries the value.</summary>
    public string Header { get; init; } = "Authorization";

    /// <summary>What stands before the value in the header.</summary>
    public string Prefix { get; init; } = "Bearer ";

    /// <summary>Carries the calls; see <see cref="BoundedHttp.CreateClient"/>.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
