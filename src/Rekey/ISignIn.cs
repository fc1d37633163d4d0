namespace Rekey;

/// <summary>A source at which a human can sign in.</summary>
public interface ISignIn
{
    /// <summary>Carries one sign-in through. Calls <paramref name="show"/> when there is something for the human to open.</summary>
    Task SignInAsync(Action<SignInPrompt> show, CancellationToken cancellationToken);
}

/// <summary>What a human needs in order to sign in.</summary>
/// <param name="Url">Where to go.</param>
/// <param name="UserCode">What to type or compare there.</param>
/// <param name="ExpiresAt">When the offer ends.</param>
public sealed record SignInPrompt(Uri Url, string? UserCode, DateTimeOffset? ExpiresAt);
